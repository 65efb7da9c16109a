package dev.orbit.transport.internal;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.transport.TransportConfig;
import io.netty.channel.epoll.Epoll;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NettyIoTest {
  private final AtomicInteger looksAtTheClock = new AtomicInteger();

  @Test
  void loopsMeasureTheirWaitsToLookBeforeTheySleep() throws Exception {
    assumeThat(Epoll.isAvailable()).isTrue();
    assumeThat(EagerWait.pays(Runtime.getRuntime().availableProcessors(), CpuQuota.isSet()))
        .isTrue();

    try (Running _ = new Running(TransportConfig.DEFAULT)) {
      await().until(() -> looksAtTheClock.get() > 0);
    }
  }

  @Test
  void loopsThatAreNotEagerDoNot() throws Exception {
    try (Running _ = new Running(TransportConfig.builder().eagerLoops(false).build())) {
      await().during(Duration.ofMillis(200)).until(() -> looksAtTheClock.get() == 0);
    }
  }

  /** Loops of which one has run something and waits for more. */
  private final class Running implements AutoCloseable {
    private final NettyIo io;

    Running(TransportConfig config) throws Exception {
      this.io =
          new NettyIo(
              config,
              Runnable::run,
              null,
              new Counters(),
              () -> {
                looksAtTheClock.incrementAndGet();
                return System.nanoTime();
              });
      CompletableFuture<Void> ran = new CompletableFuture<>();
      io.nextLoop().execute(() -> ran.complete(null));
      ran.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      io.close();
    }
  }
}
