package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.future.Announced;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OutgoingTest {
  private static final Wire WIRE =
      new Wire() {
        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public boolean takesBatches() {
          return true;
        }

        @Override
        public int maxMessageBytes() {
          return 1;
        }

        @Override
        public boolean write(OutFrame frame) {
          return true;
        }
      };

  private final List<String> abandoned = new ArrayList<>();

  private Outgoing request() {
    return Requests.request(
        1, 0, 1_000_000, (request, wasSent) -> abandoned.add(wasSent ? "sent" : "not sent"));
  }

  @Test
  void tellsWhetherItWasSentByWhichEndOfItsWaitIsStillPossible() {
    Outgoing queued = request();
    Outgoing sent = request();

    boolean written = sent.send(WIRE);
    boolean asUnsent = sent.failIfQueued(new IllegalStateException("not sent"));
    boolean asSent = queued.failIfSent(new IllegalStateException("sent"));

    assertThat(written).isTrue();
    assertThat(asUnsent).isFalse();
    assertThat(asSent).isFalse();
    assertThat(sent).isNotDone();
    assertThat(sent.isSentOver(WIRE)).isTrue();
    assertThat(queued.failIfQueued(new IllegalStateException("not sent"))).isTrue();
    assertThat(queued.send(WIRE)).isFalse();
    assertThat(abandoned).isEmpty();
  }

  @Test
  void isNeverSentOnceItsCallerHasGivenUp() {
    Outgoing request = request();

    request.cancel(false);

    assertThat(request.send(WIRE)).isFalse();
    assertThat(abandoned).containsExactly("not sent");
  }

  @Test
  void tellsItsOwnerOnceThatTheCallerHasGivenUp() {
    Outgoing cancelled = request();
    Outgoing timedOut = request();
    cancelled.send(WIRE);
    timedOut.send(WIRE);

    cancelled.cancel(true);
    cancelled.cancel(true);
    timedOut.completeExceptionally(new IllegalStateException("the caller's own timeout"));
    request().failIfQueued(new IllegalStateException("the owner's own failure"));

    assertThat(abandoned).containsExactly("sent", "sent");
  }

  private List<String> heardOf(Consumer<Outgoing> end) {
    List<String> heard = new ArrayList<>();
    Outgoing request =
        Requests.request(1, 0, 1_000_000, (_, _) -> heard.add("the owner: it is abandoned"));
    Announced.onEnd(
        request,
        (reply, failure) ->
            heard.add(
                failure == null ? "answer " + reply.id() : failure.getClass().getSimpleName()));
    assertThat(request.getNumberOfDependents()).isZero();
    end.accept(request);
    end.accept(request);
    return heard;
  }

  @Test
  void whoFollowsItHearsOfItsEndOnceAndBeforeItsOwner() {
    IllegalStateException reason = new IllegalStateException("on purpose");
    Message reply = Message.of(7, new Content.InvocationResponse("1"));

    assertThat(heardOf(request -> request.answer(reply))).containsExactly("answer 7");
    assertThat(heardOf(request -> request.failIfQueued(reason)))
        .containsExactly("IllegalStateException");
    assertThat(
            heardOf(
                request -> {
                  request.send(WIRE);
                  request.failIfSent(reason);
                }))
        .containsExactly("IllegalStateException");
    assertThat(heardOf(request -> request.cancel(true)))
        .containsExactly("CancellationException", "the owner: it is abandoned");
    assertThat(heardOf(request -> request.completeExceptionally(reason)))
        .containsExactly("IllegalStateException", "the owner: it is abandoned");
  }
}
