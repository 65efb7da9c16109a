package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.orbit.proto.Content;
import dev.orbit.proto.Content.InvocationReason;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.transport.PeerStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Node a sends to b, which c and d may reach. */
class DetoursTest {
  private static final NodeId A = node("a");
  private static final NodeId B = node("b");
  private static final long REMAINING_MICROS = 5_000_000;

  private final ManualEnvironment environment = new ManualEnvironment();
  private final RecordedTransport transport = new RecordedTransport();
  private final Set<NodeId> suspected = new HashSet<>();
  private final Queue<CompletableFuture<Message>> answers = new ArrayDeque<>();
  private List<String> members = List.of("a", "b", "c", "d");
  private final Detours detours =
      new Detours(environment, A, this::view, transport, suspected::contains);

  {
    transport.answer =
        request -> {
          CompletableFuture<Message> answer = new CompletableFuture<>();
          answers.add(answer);
          return answer;
        };
  }

  private static NodeId node(String name) {
    return new NodeId(name, "shop");
  }

  private ClusterView view() {
    List<Member> all =
        members.stream()
            .map(
                name ->
                    new Member(
                        new MemberId(node(name), 1),
                        new Endpoint("127.0.0.1", 1),
                        new NodeCapabilities(Set.of(), OptionalInt.empty(), java.util.Map.of()),
                        NodeStatus.ACTIVE))
            .toList();
    return new ClusterView(1, "shop", all, PartitionTable.unowned(1));
  }

  private static Message call(String key, boolean oneWay) {
    return new Message(
        0,
        null,
        new Target.Unicast(B),
        new Content.InvocationRequest(
            new AddressableReference("T", Key.of(key)),
            "work",
            "[]",
            InvocationReason.INVOCATION,
            oneWay),
        1,
        Headers.NONE.withRemainingMicros(REMAINING_MICROS),
        null);
  }

  private CompletableFuture<Message> request(String key) {
    return detours.request(B, call(key, false));
  }

  private void begin(String key) {
    var _ = request(key);
  }

  private static Message answer(Content content) {
    return Message.of(0, content);
  }

  private void answerNext(Content content) {
    CompletableFuture<Message> next = answers.remove();
    next.complete(answer(content));
  }

  private List<NodeId> lastRoute() {
    return transport.requests.getLast().target() instanceof Target.RoutedUnicast(List<NodeId> route)
        ? route
        : List.of();
  }

  private static Content unreachable() {
    return new Content.InvocationError(
        "no way", "", Optional.of(ErrorCode.NODE_UNAVAILABLE), Optional.empty(), Optional.empty());
  }

  @Test
  void whatCanBeReachedIsSentToStraight() {
    CompletableFuture<Message> answer = request("x");
    answerNext(new Content.Done());

    assertThat(answer).isCompletedWithValueMatching(m -> m.content() instanceof Content.Done);
    assertThat(transport.requested).containsExactly("b");
    assertThat(lastRoute()).isEmpty();
    assertThat(detours.taken()).isZero();
  }

  @Test
  void whatIsRefusedForWantOfALinkGoesOverAThirdAtOnceAndIsAnswered() {
    transport.unreachable.add("b");
    CompletableFuture<Message> answer = request("x");
    String third = transport.requested.getLast();
    answerNext(new Content.Done());

    assertThat(transport.requested).first().isEqualTo("b");
    assertThat(third).isIn("c", "d");
    assertThat(lastRoute()).containsExactly(node(third), B);
    assertThat(answer).isCompletedWithValueMatching(m -> m.content() instanceof Content.Done);
    assertThat(detours.taken()).isEqualTo(1);
  }

  @Test
  void allThatGoesToOneNodeGoesOverTheSameThirdAsLongAsThatWorks() {
    transport.unreachable.add("b");
    Stream.of("x", "y", "z", "x").forEach(this::begin);

    assertThat(new HashSet<>(transport.requested)).hasSize(2).contains("b");
  }

  @Test
  void whereTheFirstThirdCannotReachItEitherAnotherIsTriedAndThenNobodyForAWhile() {
    transport.unreachable.add("b");
    transport.states.put("b", PeerStatus.State.TRANSIENT_FAILURE);
    CompletableFuture<Message> answer = request("x");
    answerNext(unreachable());
    answerNext(unreachable());
    int asked = transport.requested.size();
    CompletableFuture<Message> next = request("x");

    assertThat(transport.requested.subList(1, 3)).containsExactlyInAnyOrder("c", "d");
    assertThat(answer).isCompletedWithValueMatching(m -> m.content().equals(unreachable()));
    assertThat(transport.requested.subList(asked, asked + 1)).containsExactly("b");
    assertThat(transport.requested).hasSize(asked + 1);
    assertThatThrownBy(next::join).hasCauseInstanceOf(NotExecutedException.class);

    environment.advance(Duration.ofSeconds(1));
    begin("x");
    assertThat(transport.requested).hasSize(asked + 3);
  }

  @Test
  void aThirdIsNotAskedThatIsInTroubleItself() {
    transport.unreachable.add("b");
    transport.states.put("c", PeerStatus.State.TRANSIENT_FAILURE);
    begin("x");
    assertThat(transport.requested).containsExactly("b", "d");

    suspected.add(node("d"));
    CompletableFuture<Message> answer = request("y");

    assertThat(transport.requested).containsExactly("b", "d", "b");
    assertThatThrownBy(answer::join).hasCauseInstanceOf(NotExecutedException.class);
  }

  @Test
  void whereThereAreTwoNodesThereIsNoDetour() {
    members = List.of("a", "b");
    transport.unreachable.add("b");
    CompletableFuture<Message> answer = request("x");

    assertThat(transport.requested).containsExactly("b");
    assertThatThrownBy(answer::join).hasCauseInstanceOf(NotExecutedException.class);
  }

  @Test
  void whileAConnectionIsMadeAgainNobodyWaitsForIt() {
    transport.unreachable.add("b");
    begin("x");
    transport.unreachable.clear();
    transport.states.put("b", PeerStatus.State.CONNECTING);
    begin("y");
    assertThat(lastRoute()).hasSize(2);

    transport.states.put("b", PeerStatus.State.READY);
    begin("z");

    assertThat(lastRoute()).isEmpty();
    assertThat(transport.requested).last().isEqualTo("b");
  }

  @Test
  void whoDoesNotAnswerWhenAskedHowItIsIsReachedOverAThirdThoughThereIsAConnection() {
    suspected.add(B);
    begin("x");
    assertThat(lastRoute()).hasSize(2).endsWith(B);

    suspected.clear();
    begin("y");

    assertThat(lastRoute()).isEmpty();
  }

  /** Else the second would overtake the first. */
  @Test
  void aCallDoesNotGoAroundWhileAnEarlierOneOfItsActorIsUnansweredOnTheStraightWay() {
    CompletableFuture<Message> first = request("x");
    suspected.add(B);
    begin("x");
    assertThat(lastRoute()).isEmpty();
    begin("another");
    assertThat(lastRoute()).hasSize(2);

    answerNext(new Content.Done());
    answerNext(new Content.Done());
    begin("x");

    assertThat(first).isCompleted();
    assertThat(lastRoute()).hasSize(2);
  }

  @Test
  void aCallDoesNotGoStraightWhileAnEarlierOneOfItsActorIsUnansweredOnTheWayAround() {
    suspected.add(B);
    begin("x");
    suspected.clear();
    begin("x");
    assertThat(lastRoute()).hasSize(2);
    detours.send(B, call("x", true));
    assertThat(transport.sent.getLast().target()).isInstanceOf(Target.RoutedUnicast.class);

    answerNext(new Content.Done());
    answerNext(new Content.Done());
    begin("x");

    assertThat(lastRoute()).isEmpty();
  }

  @Test
  void aCallThatIsCalledOffOnItsWayAroundIsCalledOffThereAndHoldsNobodyUp() {
    suspected.add(B);
    CompletableFuture<Message> answer = request("x");
    answer.cancel(true);

    assertThat(answers.remove()).isCancelled();
    suspected.clear();
    begin("x");
    assertThat(lastRoute()).isEmpty();
  }

  @Test
  void aMessageWithoutAnAnswerGoesAroundToo() {
    transport.unreachable.add("b");
    detours.send(B, call("x", true));

    assertThat(transport.sent).hasSize(1);
    assertThat(transport.sent.getFirst().target())
        .isInstanceOfSatisfying(
            Target.RoutedUnicast.class, way -> assertThat(way.route()).hasSize(2).endsWith(B));
  }

  @Test
  void aSecondThirdGetsOnlyTheTimeThatIsLeft() {
    transport.unreachable.add("b");
    begin("x");
    environment.advance(Duration.ofSeconds(2));
    answerNext(unreachable());

    assertThat(transport.requests.getLast().headers().remainingMicros())
        .isEqualTo(REMAINING_MICROS - TimeUnit.SECONDS.toMicros(2));
  }
}
