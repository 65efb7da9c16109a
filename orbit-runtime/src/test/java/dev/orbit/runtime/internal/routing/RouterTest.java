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
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Node a hosts nothing, b owns the only partition, and c hosts some of its actors. */
class RouterTest {
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");

  private final ManualEnvironment environment = new ManualEnvironment();
  private final Lives lives = new Lives(environment, ClusterView.empty("shop", 1));
  private final RecordedTransport transport = new RecordedTransport();
  private final Router router = router();

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name, "shop"), 1);
  }

  private Router router() {
    transport.answer =
        request ->
            CompletableFuture.completedFuture(
                Message.of(0, new Content.InvocationResponse("null")));
    List<Member> members =
        Stream.of(A, B, C)
            .map(
                id ->
                    new Member(
                        id,
                        new Endpoint("127.0.0.1", 1),
                        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of()),
                        NodeStatus.ACTIVE))
            .toList();
    lives.apply(new ClusterView(1, "shop", members, PartitionTable.of(List.of(Optional.of(B)))));
    return TestRoutes.of(
            environment, A.node(), lives, transport, new WaitingRoom(environment, "a", 1_000))
        .router();
  }

  private CompletableFuture<Reply> call(Predicate<NotExecutedException> again) {
    CompletableFuture<Reply> reply =
        router.route(
            new RoutedCall(
                ACTOR,
                "work",
                "",
                null,
                false,
                CallContext.root(environment.nanoTime(), Duration.ofSeconds(10)),
                RoutedCall.PassedOn.BEGINS_HERE),
            again);
    environment.settle();
    return reply;
  }

  private void route(RoutedCall.PassedOn passedOn) {
    var _ =
        router.route(
            new RoutedCall(
                ACTOR,
                "work",
                "",
                null,
                false,
                CallContext.root(environment.nanoTime(), Duration.ofSeconds(10)),
                passedOn),
            refused -> false);
    environment.settle();
  }

  private static RoutedCall.PassedOn from(NodeId sender) {
    return new RoutedCall.PassedOn(1, 1, false, Optional.of(sender), 0);
  }

  @Test
  void aCallGoesToTheOwnerUntilAHintNamesAnother() {
    route(RoutedCall.PassedOn.BEGINS_HERE);
    router.hinted(new Content.LocationHint(ACTOR, Optional.of(C), 1));
    route(RoutedCall.PassedOn.BEGINS_HERE);
    router.hinted(new Content.LocationHint(ACTOR, Optional.empty(), 1));
    route(RoutedCall.PassedOn.BEGINS_HERE);

    assertThat(transport.requested).containsExactly("b", "b", "c", "c", "b");
    assertThat(transport.requests.stream().map(RouterTest::method))
        .containsExactly("work", "~arrived", "work", "~arrived", "work");
  }

  private static String method(Message request) {
    return ((Content.InvocationRequest) request.content()).method();
  }

  /** Answers calls at once, and milestones by what is given. */
  private void milestonesAreAnsweredBy(CompletableFuture<Message> milestone) {
    transport.answer =
        request ->
            method(request).equals("~arrived")
                ? milestone
                : CompletableFuture.completedFuture(
                    Message.of(0, new Content.InvocationResponse("null")));
  }

  @Test
  void whereTheWayChangesCallsWaitUntilThoseBeforeThemHaveArrived() {
    CompletableFuture<Message> milestone = new CompletableFuture<>();
    milestonesAreAnsweredBy(milestone);
    route(RoutedCall.PassedOn.BEGINS_HERE);
    router.hinted(new Content.LocationHint(ACTOR, Optional.of(C), 1));

    CompletableFuture<Reply> second = call(refused -> false);
    CompletableFuture<Reply> third = call(refused -> false);
    List<String> before = List.copyOf(transport.requested);
    milestone.complete(Message.of(0, new Content.InvocationResponse("null")));
    CompletableFuture<Reply> fourth = call(refused -> false);

    assertThat(before).containsExactly("b", "b");
    assertThat(transport.requested).containsExactly("b", "b", "c", "c", "c");
    assertThat(List.of(second, third, fourth)).allMatch(CompletableFuture::isDone);
  }

  @Test
  void aWayThatBreaksHoldsNoCallUp() {
    CompletableFuture<Message> milestone = new CompletableFuture<>();
    milestonesAreAnsweredBy(milestone);
    router.hinted(new Content.LocationHint(ACTOR, Optional.of(C), 1));

    CompletableFuture<Reply> call = call(refused -> false);
    milestone.completeExceptionally(new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "gone"));

    assertThat(call).isCompleted();
    assertThat(transport.requested).containsExactly("b", "c");
  }

  @Test
  void aCallWaitsForOthersToArriveNoLongerThanItsDeadlineAndNotBeyondTheEndOfTheNode() {
    milestonesAreAnsweredBy(new CompletableFuture<>());
    router.hinted(new Content.LocationHint(ACTOR, Optional.of(C), 1));

    CompletableFuture<Reply> late = call(refused -> false);
    environment.advance(Duration.ofSeconds(11));
    CompletableFuture<Reply> left = call(refused -> false);
    boolean waits = !left.isDone();
    router.stop();

    assertThat(late).isCompletedExceptionally();
    assertThat(waits).isTrue();
    assertThat(left).isCompletedExceptionally();
    assertThat(transport.requested).containsExactly("b");
  }

  /** Else two nodes that remember each other would send it to and fro until its deadline. */
  @Test
  void whatAnotherNodeGuessedGoesToTheOwnerWhateverThisOneRemembers() {
    router.hinted(new Content.LocationHint(ACTOR, Optional.of(C), 1));

    route(from(C.node()));

    assertThat(transport.requested).containsExactly("b");
  }

  @Test
  void whoGuessedWrongIsToldToAskTheOwner() {
    route(from(C.node()));

    assertThat(transport.sent)
        .singleElement()
        .satisfies(
            hint ->
                assertThat(hint.content())
                    .isEqualTo(new Content.LocationHint(ACTOR, Optional.empty(), 1)));
  }

  /** Else its caller would wait for a timer that never runs. */
  @Test
  void aCallThatWaitsForItsNextAttemptEndsWhenTheNodeStops() {
    transport.answer =
        request ->
            CompletableFuture.failedFuture(
                new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "no way"));
    CompletableFuture<Reply> reply = call(refused -> true);
    boolean before = reply.isDone();

    router.stop();

    assertThat(before).isFalse();
    assertThat(reply).isCompletedExceptionally();
    assertThat(call(refused -> true)).isCompletedExceptionally();
  }

  /** Else its caller would wait for a timer that never runs. */
  @Test
  void aCallThatWaitsForRoomEndsWhenTheNodeStops() {
    transport.answer = request -> new CompletableFuture<>();
    router.room().credited(new Content.Credit(ACTOR, 1, 5_000));
    CompletableFuture<Reply> sent = call(refused -> false);
    CompletableFuture<Reply> waits = call(refused -> false);

    router.stop();

    assertThat(sent).isNotDone();
    assertThat(waits).isCompletedExceptionally();
    assertThat(transport.requested).containsExactly("b");
  }

  @Test
  void aClientsCallMayFollowAGuess() {
    router.hinted(new Content.LocationHint(ACTOR, Optional.of(C), 1));

    route(new RoutedCall.PassedOn(1, 0, false, Optional.empty(), 0));

    assertThat(transport.requested).containsExactly("b", "c");
  }
}
