package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.transport.TransportConfig;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How what comes from a source goes out, as the parts of large payloads do. */
class OutboxSourceTest {
  private final FakeEnvironment environment = new FakeEnvironment();
  private final FakeWire wire = new FakeWire();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ArrayDeque<Runnable> afterReads = new ArrayDeque<>();
  private final Outbox outbox =
      Outboxes.writingAll(
          TransportConfig.DEFAULT, Loops.of(tasks::add, afterReads::add), environment::nanoTime);

  private static final class Parts implements Outbox.Source {
    private final ArrayDeque<Outgoing> parts;

    Parts(Outgoing... parts) {
      this.parts = new ArrayDeque<>(List.of(parts));
    }

    @Override
    public @Nullable Outgoing next(Wire to) {
      return parts.poll();
    }

    @Override
    public boolean hasMore() {
      return !parts.isEmpty();
    }

    @Override
    public long pendingBytes() {
      return 0;
    }
  }

  private Outgoing message(long id) {
    return Requests.oneWay(id, 0, environment.nanoTime());
  }

  @Test
  void oneGoesInEachTurnAfterTheReads() {
    outbox.feedFrom(new Parts(message(1), message(2), message(3)));
    outbox.attach(wire);
    outbox.wake();

    for (int turn = 1; turn <= 3; turn++) {
      assertThat(afterReads).hasSize(1);
      afterReads.remove().run();
      assertThat(wire.written).hasSize(turn);
    }
    afterReads.remove().run();

    assertThat(wire.written).containsExactly("1", "2", "3");
    assertThat(afterReads).as("nothing waits any more").isEmpty();
    assertThat(tasks).isEmpty();
  }

  @Test
  void whatIsQueuedBesideASourceIsWrittenBeforeTheEnd() {
    outbox.feedFrom(new Parts());
    outbox.attach(wire);
    outbox.offer(message(1));
    outbox.offer(message(2));
    outbox.finish(() -> wire.written.add("end"));

    while (!tasks.isEmpty() || !afterReads.isEmpty()) {
      (tasks.isEmpty() ? afterReads : tasks).remove().run();
    }

    assertThat(wire.written).containsExactly("[1, 2]", "end");
  }
}
