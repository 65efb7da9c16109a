package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.state.Fence;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.directory.Courier;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.registration.RuntimeMethods;
import dev.orbit.runtime.internal.simulated.LoneLife;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What follows calls to a host that has yet to be granted the actor. */
class MilestoneTest {
  private static final AddressableReference ACTOR =
      new AddressableReference("test.Abacus", Key.of("x"));
  private static final ClusterView NONE = ClusterView.empty("shop", 1);
  private static final MemberId OWNER = new MemberId(new NodeId("owner", "shop"), 7);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final ManualLease lease = new ManualLease();
  private final Lives lives = new Lives(environment, NONE);
  private final Deque<Courier.Question> asked = new ArrayDeque<>();
  private final LocalHost local = local();
  private final Life life = life();

  /** Counts. */
  @ActorType("test.Abacus")
  public interface Abacus extends ActorWithStringKey {
    int next();
  }

  static final class AbacusActor implements Abacus {
    private int last;

    @Override
    public int next() {
      return ++last;
    }
  }

  /** Nothing is passed on here. */
  private static final Onward NOWHERE =
      new Onward() {
        @Override
        public CompletableFuture<Reply> passOn(RoutedCall call, MemberId to, boolean placed) {
          throw new IllegalStateException("to " + to);
        }

        @Override
        public OrbitException nobodyHosts(RoutedCall call) {
          throw new IllegalStateException("nobody hosts " + call);
        }
      };

  @BeforeEach
  void anotherOwnsThePartition() {
    lives.begin(life);
    List<Member> members =
        Stream.of(lease.member(), OWNER)
            .map(
                id ->
                    new Member(
                        id,
                        new Endpoint("127.0.0.1", 1),
                        new NodeCapabilities(Set.of(ACTOR.type()), OptionalInt.empty(), Map.of()),
                        NodeStatus.ACTIVE))
            .toList();
    lives.apply(
        new ClusterView(1, "shop", members, PartitionTable.of(List.of(Optional.of(OWNER)))));
  }

  private CompletableFuture<Reply> arrives(String method) {
    RoutedCall call =
        new RoutedCall(
            ACTOR,
            method,
            "[]",
            null,
            false,
            CallContext.root(environment.nanoTime(), Duration.ofSeconds(10)),
            new RoutedCall.PassedOn(1, 1, true, Optional.of(OWNER.node()), 0));
    CompletableFuture<Reply> reply = local.run(life, 0, call, NOWHERE);
    environment.settle();
    return reply;
  }

  private static Content answer(CompletableFuture<Reply> reply) {
    assertThat(reply).isCompleted();
    return reply.join().content();
  }

  private void grant() {
    asked.remove().answered(new Content.Granted(new Fence(1, 1)));
    environment.settle();
  }

  @Test
  void isAnsweredWhenTheCallsThatItFollowsHaveTheirActor() {
    CompletableFuture<Reply> first = arrives("next");
    CompletableFuture<Reply> milestone = arrives(RuntimeMethods.ARRIVED);
    CompletableFuture<Reply> second = arrives("next");
    assertThat(List.of(first, milestone, second)).noneMatch(CompletableFuture::isDone);

    grant();

    assertThat(answer(first)).isEqualTo(new Content.InvocationResponse("1"));
    assertThat(answer(second)).isEqualTo(new Content.InvocationResponse("2"));
    assertThat(answer(milestone)).isEqualTo(new Content.InvocationResponse("null"));
  }

  @Test
  void makesNoActivationWhereTheCallsThatItFollowsHaveBeenCalledOff() {
    CompletableFuture<Reply> call = arrives("next");
    CompletableFuture<Reply> milestone = arrives(RuntimeMethods.ARRIVED);
    call.cancel(true);
    // The directory forgets calls that are over.
    environment.advance(Duration.ofMillis(100));
    environment.settle();

    grant();

    assertThat(answer(milestone)).isEqualTo(new Content.InvocationResponse("null"));
    assertThat(life.activations().grantOf(ACTOR)).isNull();
  }

  private LocalHost local() {
    return TestRoutes.localHost(
        environment, lease.member().node(), TestRoutes.noReferences(), AbacusActor.class);
  }

  private Life life() {
    return LoneLife.of(environment, lease, (to, version, content, question) -> asked.add(question));
  }
}
