package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
}
