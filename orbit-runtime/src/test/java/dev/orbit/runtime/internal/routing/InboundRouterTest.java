package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.Content;
import dev.orbit.proto.Content.InvocationReason;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.transport.ReplySink;
import dev.orbit.transport.limits.CallLimits;
import dev.orbit.transport.security.PeerPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Node a hosts nothing, b owns the only partition, and c calls. */
class InboundRouterTest {
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final NodeId A = node("a");
  private static final NodeId B = node("b");
  private static final NodeId C = node("c");
  private static final long HEARD = 70;

  private final ManualEnvironment environment = new ManualEnvironment();
  private final Lives lives = new Lives(environment, ClusterView.empty("shop", 1));
  private final RecordedTransport transport = new RecordedTransport();
  private final WaitingRoom room = new WaitingRoom(environment, "a", 1_000);
  private final InboundRouter inbound = inbound();
  private final List<Content> replies = new ArrayList<>();

  @Test
  void whatANodeHasHeardOfItsCallsGoesOnWithThem() {
    assertThat(heardWithACallOf(C)).isEqualTo(HEARD);
  }

  /** Else anybody could fill a host's memory with barriers of nodes that are none. */
  @Test
  void whatAStrangerSaysThatItHasHeardIsNotBelieved() {
    assertThat(heardWithACallOf(node("nobody"))).isZero();
  }

  @Test
  void theCallsOfAClientWaitForRoomHere() {
    assertThat(heardWithACallOf(null)).isEqualTo(Headers.NOTHING_HEARD);
  }

  @Test
  void aNodeTellsHowManyCallsAnActorTakes() {
    inbound.onMessage(
        Message.of(7, new Content.Credit(ACTOR, 1, 5_000)),
        new Sink(new PeerPrincipal(Optional.empty(), Optional.of(B), Instant.MAX)));

    assertThat(room.isWaitedFor(ACTOR)).isTrue();
    assertThat(replies).isEmpty();
  }

  /** Else it could hold up the calls of all others to any actor. */
  @Test
  void whoIsNoNodeDoesNotTellHowManyCallsAnActorTakes() {
    inbound.onMessage(
        Message.of(7, new Content.Credit(ACTOR, 1, 5_000)), new Sink(PeerPrincipal.NOBODY));

    assertThat(room.isWaitedFor(ACTOR)).isFalse();
    assertThat(replies)
        .singleElement()
        .isInstanceOfSatisfying(
            Content.Failure.class,
            failure -> assertThat(failure.code()).contains(ErrorCode.CALL_NOT_ALLOWED));
  }

  /** What the owner is told that the sender has heard. */
  private long heardWithACallOf(@Nullable NodeId sender) {
    inbound.onMessage(
        new Message(
            7,
            sender,
            new Target.Unicast(A),
            new Content.InvocationRequest(ACTOR, "work", "[]", InvocationReason.INVOCATION, false),
            1,
            Headers.NONE.withRemainingMicros(1_000_000).withPlaced(false, HEARD),
            null),
        new Sink(null));
    environment.settle();

    assertThat(transport.requested).containsExactly("b");
    return transport.requests.getFirst().headers().credit();
  }

  private final class Sink implements ReplySink {
    private final @Nullable PeerPrincipal principal;

    Sink(@Nullable PeerPrincipal principal) {
      this.principal = principal;
    }

    @Override
    public void reply(long messageId, Content content, @Nullable Payload payload) {
      replies.add(content);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public Optional<PeerPrincipal> principal() {
      return Optional.ofNullable(principal);
    }

    @Override
    public boolean isFromNode() {
      return principal == null || principal.isNode();
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1:1";
    }
  }

  private static NodeId node(String name) {
    return new NodeId(name, "shop");
  }

  private InboundRouter inbound() {
    transport.answer =
        request ->
            CompletableFuture.completedFuture(
                Message.of(0, new Content.InvocationResponse("null")));
    MemberId owner = new MemberId(B, 1);
    List<Member> members =
        Stream.of(A, B, C)
            .map(
                id ->
                    new Member(
                        new MemberId(id, 1),
                        new Endpoint("127.0.0.1", 1),
                        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of()),
                        NodeStatus.ACTIVE))
            .toList();
    lives.apply(
        new ClusterView(1, "shop", members, PartitionTable.of(List.of(Optional.of(owner)))));
    TestRoutes routes = TestRoutes.of(environment, A, lives, transport, room);
    return new InboundRouter(
        environment,
        lives,
        routes.router(),
        new GroupRouter(environment, A, lives, routes.router(), routes.detours()),
        new Relay(environment, A, transport, routes.router().lost()),
        new InboundRouter.Identity(
            A,
            Duration.ofSeconds(10),
            Duration.ofSeconds(6),
            new Admission(environment, Optional.empty(), CallLimits.NONE),
            () -> {
              throw new IllegalStateException("nobody asks for its load");
            }));
  }
}
