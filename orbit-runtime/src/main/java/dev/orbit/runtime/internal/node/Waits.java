package dev.orbit.runtime.internal.node;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Waiting for something that nobody announces. */
final class Waits {
  private static final Duration PERIOD = Duration.ofMillis(5);

  private Waits() {}

  /** Blocks until the condition holds, at most for {@code bound}; tells whether it did. */
  static boolean until(Environment environment, Duration bound, BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return true;
    }
    CompletableFuture<Boolean> held = new CompletableFuture<>();
    Cancellable look =
        environment.scheduleRepeatedly(
            PERIOD,
            () -> {
              if (condition.getAsBoolean()) {
                held.complete(true);
              }
            });
    Cancellable giveUp = environment.schedule(bound, () -> held.complete(false));
    try {
      return held.join();
    } finally {
      look.cancel();
      giveUp.cancel();
    }
  }
}
