package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Content.InvocationReason;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.transport.ReplySink;
import dev.orbit.transport.security.PeerPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Node b passes on what a sends to c. */
class RelayTest {
  private static final NodeId B = node("b");
  private static final NodeId C = node("c");

  private final ManualEnvironment environment = new ManualEnvironment();
  private final RecordedTransport transport = new RecordedTransport();
  private final LostCalls lost = new LostCalls(environment);
  private final Relay relay = new Relay(environment, B, transport, lost);
  private final List<Content> replies = new ArrayList<>();
  private final List<CompletableFuture<?>> underWay = new ArrayList<>();

  private final ReplySink sink =
      new ReplySink() {
        @Override
        public void reply(long messageId, Content content, @Nullable Payload payload) {
          assertThat(messageId).isEqualTo(7);
          replies.add(content);
        }

        @Override
        public boolean isOpen() {
          return true;
        }

        @Override
        public Optional<PeerPrincipal> principal() {
          return Optional.empty();
        }

        @Override
        public boolean isFromNode() {
          return true;
        }

        @Override
        public String remoteAddress() {
          return "127.0.0.1:1";
        }
      };

  private static NodeId node(String name) {
    return new NodeId(name, "shop");
  }

  private static Message message(boolean oneWay, NodeId... route) {
    return new Message(
        7,
        null,
        new Target.RoutedUnicast(List.of(route)),
        new Content.InvocationRequest(
            new AddressableReference("T", Key.of("x")),
            "work",
            "[]",
            InvocationReason.INVOCATION,
            oneWay),
        3,
        Headers.NONE.withRemainingMicros(1_000_000).withTarget(5, 6),
        null);
  }

  private void pass(Message message) {
    relay.passAlong(message, sink, (_, answer) -> underWay.add(answer));
  }

  @Test
  void whatHasThisNodeAsItsLastEndsHere() {
    assertThat(relay.ends(message(false, B))).isTrue();
    assertThat(relay.ends(message(false, B, C))).isFalse();
    assertThat(relay.ends(message(false, C))).isFalse();
    assertThat(relay.ends(Message.of(1, new Content.InfoRequest()))).isTrue();
  }

  @Test
  void itGoesToTheNextWithAllThatItSaysAndOneAttemptMoreAndTheAnswerComesBack() {
    CompletableFuture<Message> answer = new CompletableFuture<>();
    transport.answer = _ -> answer;
    Message message = message(false, B, C);

    pass(message);
    Message onward = transport.requests.getFirst();
    answer.complete(Message.of(0, new Content.InvocationResponse("1")));

    assertThat(transport.requested).containsExactly("c");
    assertThat(onward.target()).isEqualTo(new Target.RoutedUnicast(List.of(C)));
    assertThat(onward.content()).isEqualTo(message.content());
    assertThat(onward.headers()).isEqualTo(message.headers());
    assertThat(onward.attempts()).isEqualTo(4);
    assertThat(replies).containsExactly(new Content.InvocationResponse("1"));
  }

  @Test
  void aCallThatTheNextSurelyDidNotGetIsAnsweredSo() {
    transport.unreachable.add("c");

    pass(message(false, B, C));

    assertThat(replies)
        .singleElement()
        .isInstanceOfSatisfying(
            Content.InvocationError.class,
            error -> assertThat(error.code()).contains(ErrorCode.NODE_UNAVAILABLE));
  }

  @Test
  void aCallWhoseOutcomeIsNotKnownIsAnsweredSo() {
    transport.answer =
        _ ->
            CompletableFuture.failedFuture(
                new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, "it broke"));

    pass(message(false, B, C));

    assertThat(new Reply(replies.getFirst(), null).notExecuted()).isEmpty();
    assertThat(replies.getFirst())
        .isInstanceOfSatisfying(
            Content.InvocationError.class,
            error -> assertThat(error.code()).contains(ErrorCode.CONNECTION_LOST));
  }

  @Test
  void whatItsSenderCallsOffIsCalledOffAtTheNextAndNotAnswered() {
    CompletableFuture<Message> answer = new CompletableFuture<>();
    transport.answer = _ -> answer;

    pass(message(false, B, C));
    underWay.getFirst().cancel(true);

    assertThat(answer).isCancelled();
    assertThat(replies).isEmpty();
  }

  @Test
  void aRouteThatIsNotForThisNodeOrComesBackIsRefused() {
    pass(message(false, C, B));
    pass(message(false, B, C, B));

    assertThat(transport.requested).isEmpty();
    assertThat(replies)
        .hasSize(2)
        .allSatisfy(
            reply ->
                assertThat(((Content.Failure) reply).code())
                    .contains(ErrorCode.PROTOCOL_VIOLATION));
  }

  @Test
  void whatHasNoAnswerIsSentOnAndCountedWhereItIsLost() {
    pass(message(true, B, C));
    assertThat(transport.sent).hasSize(1);

    transport.unreachable.add("c");
    pass(message(true, B, C));

    assertThat(lost.count()).isEqualTo(1);
    assertThat(replies).isEmpty();
  }
}
