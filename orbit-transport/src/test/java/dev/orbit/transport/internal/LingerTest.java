package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.transport.TransportConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LingerTest {
  private static final TransportConfig CONFIG =
      TransportConfig.builder()
          .batchMessages(4)
          .batchBytes(4000)
          .batchLinger(Duration.ofMillis(5))
          .build();

  private final List<Runnable> timers = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();
  private final Loop loop = Loops.of(Runnable::run, () -> false);
  private final FakeWire wire = new FakeWire();
  private long now = 1_000_000_000L;
  private final Outbox outbox =
      new Outbox(
          CONFIG,
          1000,
          loop,
          () -> now,
          new Outbox.Unwritten() {
            @Override
            public void expired(Outgoing message, long at) {}

            @Override
            public void tooLarge(Outgoing message, int limit) {}
          },
          new Linger(
              CONFIG.batchLinger(),
              (delay, task) -> {
                delays.add(delay);
                timers.add(task);
                return () -> {};
              }));

  private void put(long id, int bytes) {
    assertThat(outbox.offer(Requests.oneWay(id, new byte[bytes], now))).isTrue();
    outbox.wake();
  }

  @Test
  void callsWaitUntilTheOldestIsOldEnough() {
    outbox.attach(wire);
    put(1, 10);
    now += 2_000_000;
    put(2, 10);
    int before = wire.written.size();
    now += 3_000_000;
    timers.forEach(Runnable::run);

    assertThat(before).isZero();
    assertThat(delays).containsExactly(Duration.ofMillis(5));
    assertThat(wire.written.size()).isEqualTo(1);
    assertThat(outbox.messages()).isZero();
  }

  @Test
  void aFullBatchLeavesAtOnceByMessagesOrBytes() {
    outbox.attach(wire);
    for (int id = 1; id <= 4; id++) {
      put(id, 10);
    }
    int byMessages = wire.written.size();
    put(5, 5000);

    assertThat(byMessages).isEqualTo(1);
    assertThat(wire.written.size()).isEqualTo(2);
  }

  @Test
  void aFlushAndWhatIsUrgentDoNotWait() {
    outbox.attach(wire);
    put(1, 10);
    outbox.flush();
    int flushed = wire.written.size();
    put(2, 10);
    int waiting = wire.written.size();
    Outgoing urgent =
        Outgoing.oneWay(
            3,
            new dev.orbit.proto.MessageEncoder(null)
                .encode(dev.orbit.proto.Message.of(0, new dev.orbit.proto.Content.Cancel(1)), 0),
            null,
            new Outgoing.Times(now, 0, true));
    assertThat(outbox.offer(urgent)).isTrue();
    outbox.wake();

    assertThat(flushed).isEqualTo(1);
    assertThat(waiting).isEqualTo(1);
    assertThat(wire.written.size()).isEqualTo(2);
  }

  @Test
  void nothingWaitsForAnOutboxThatIsToEnd() {
    outbox.attach(wire);
    put(1, 10);
    boolean[] ended = new boolean[1];
    outbox.finish(() -> ended[0] = true);

    assertThat(ended[0]).isTrue();
    assertThat(wire.written.size()).isEqualTo(1);
  }
}
