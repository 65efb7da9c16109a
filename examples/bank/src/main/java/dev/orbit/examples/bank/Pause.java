package dev.orbit.examples.bank;

import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Lets the calling thread wait by the environment's clock. */
final class Pause {
  private Pause() {}

  static void of(Environment environment, Duration duration) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    environment.schedule(duration, over::countDown);
    over.await();
  }
}
