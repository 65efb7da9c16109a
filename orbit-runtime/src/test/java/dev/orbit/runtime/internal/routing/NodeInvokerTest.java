package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.simulated.LoneLife;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A node that is alone and hosts all. Nothing runs until the environment settles. */
class NodeInvokerTest {
  private static final ClusterView NONE = ClusterView.empty("shop", 1);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final ManualLease lease = new ManualLease();
  private final Lives lives = new Lives(environment, NONE);
  private final RecordedTransport transport = new RecordedTransport();
  private final ReferenceFactory actors =
      new ReferenceFactory(environment, invoker(), new CallOptions(Duration.ofMinutes(1)));

  /** Nobody can change it, so that it is only written where it goes the long way, and cannot be. */
  public record Secret(String text) {
    @Override
    public String text() {
      throw new IllegalStateException("it is not to be read");
    }
  }

  /** Keeps secrets. */
  @ActorType("test.Confidant")
  public interface Confidant extends ActorWithStringKey {
    int keep(Secret secret);
  }

  static final class ConfidantActor implements Confidant {
    private int kept;

    @Override
    public int keep(Secret secret) {
      return ++kept;
    }
  }

  private CompletableFuture<Integer> keep() {
    return actors.async(actors.get(Confidant.class, "x"), c -> c.keep(new Secret("s")));
  }

  /** Whoever sends it there hears of no failure, and its caller would wait for nothing. */
  @Test
  void aCallThatCannotGoTheLongWayEndsAtOnce() {
    List<CompletableFuture<Integer>> fit = new ArrayList<>();
    for (int i = 0; i < LoneLife.MAILBOX; i++) {
      fit.add(keep());
    }
    CompletableFuture<Integer> tooMany = keep();
    environment.settle();

    assertThat(fit).last().satisfies(call -> assertThat(call).isCompletedWithValue(fit.size()));
    assertThat(tooMany.exceptionNow())
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_ARGUMENTS));
  }

  private NodeInvoker invoker() {
    NodeId self = lease.member().node();
    Member member =
        new Member(
            lease.member(),
            new Endpoint("127.0.0.1", 1),
            new NodeCapabilities(Set.of("test.Confidant"), OptionalInt.empty(), Map.of()),
            NodeStatus.ACTIVE);
    lives.begin(
        LoneLife.of(environment, lease, (to, version, content, question) -> question.failed()));
    lives.apply(
        new ClusterView(
            1, "shop", List.of(member), PartitionTable.of(List.of(Optional.of(lease.member())))));
    TestRoutes routes =
        TestRoutes.of(
            environment,
            self,
            lives,
            transport,
            new WaitingRoom(environment, self.key(), 1_000),
            ConfidantActor.class);
    return new NodeInvoker(
        routes.router(),
        new GroupRouter(environment, self, lives, routes.router(), routes.detours()),
        routes.codecs());
  }
}
