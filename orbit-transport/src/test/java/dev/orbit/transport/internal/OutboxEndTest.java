package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.transport.TransportConfig;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** What becomes of a queue when it is to end. */
class OutboxEndTest {
  private final FakeEnvironment environment = new FakeEnvironment();
  private final FakeWire wire = new FakeWire();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final Loop loop = Loops.of(tasks::add, () -> false);
  private final Outbox outbox = outbox(TransportConfig.DEFAULT);

  private Outbox outbox(TransportConfig config) {
    return Outboxes.writingAll(config, loop, environment::nanoTime);
  }

  private Outgoing message(long id) {
    return Requests.oneWay(id, 0, environment.nanoTime());
  }

  /** As a stream would, and then lets the loop do what it was given. */
  private void wake(Outbox woken) {
    woken.wake();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void queue(int... ids) {
    for (int id : ids) {
      assertThat(outbox.offer(message(id))).isTrue();
    }
  }

  /** Another thread answers and ends the stream while the loop writes. */
  @Test
  void writesWhatWasPutInBeforeItsEndWasSet() {
    outbox.attach(wire);
    wire.meanwhile =
        () -> {
          wire.meanwhile = () -> {};
          queue(2);
          outbox.offerLast(message(3));
          outbox.finish(() -> wire.written.add("finished"));
        };

    queue(1);
    wake(outbox);

    assertThat(wire.written).containsExactly("1", "[2, 3]", "finished");
    assertThat(outbox.messages()).isZero();
  }

  @Test
  void takesALastWordAlsoWhenItIsFull() {
    Outbox full = outbox(TransportConfig.builder().maxQueuedMessages(1).build());
    full.attach(wire);
    boolean first = full.offer(message(1));
    boolean second = full.offer(message(2));

    full.offerLast(message(3));
    wake(full);

    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(wire.written).containsExactly("[1, 3]");
    assertThat(full.messages()).isZero();
  }

  @Test
  void aFinishNeverTakesThePlaceOfAnAbort() {
    wire.ready = false;
    outbox.attach(wire);
    queue(1);

    outbox.abort(() -> wire.written.add("aborted"));
    outbox.finish(() -> wire.written.add("finished"));
    wake(outbox);

    assertThat(wire.written).containsExactly("aborted");
  }

  @Test
  void anAbortThatComesWhileAFinishIsRunIsNotLost() {
    outbox.attach(wire);

    outbox.finish(
        () -> {
          wire.written.add("finished");
          outbox.abort(() -> wire.written.add("aborted"));
        });
    wake(outbox);

    assertThat(wire.written).containsExactly("finished", "aborted");
  }

  @Test
  void finishesAfterTheLastQueuedMessageAndAbortsBefore() {
    queue(1);
    outbox.finish(() -> wire.written.add("finished"));
    outbox.attach(wire);
    wake(outbox);
    FakeWire other = new FakeWire();
    Outbox second = outbox(TransportConfig.DEFAULT);
    second.offer(message(1));

    second.abort(() -> other.written.add("aborted"));
    second.attach(other);
    wake(second);

    assertThat(wire.written).containsExactly("1", "finished");
    assertThat(other.written).containsExactly("aborted");
    assertThat(second.messages()).isZero();
  }
}
