package dev.orbit.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something that real nodes do in their own time. */
final class Patience {
  private static final Duration POLL = Duration.ofMillis(20);

  private Patience() {}

  /** Waits until it is so; throws an {@link AssertionError} with the complaint after the bound. */
  static void until(Duration bound, BooleanSupplier condition, Supplier<String> complaint) {
    forValue(
        bound,
        () -> condition.getAsBoolean() ? Optional.of(Boolean.TRUE) : Optional.empty(),
        complaint);
  }

  /** Waits until there is a value; throws as {@link #until}. */
  static <T> T forValue(Duration bound, Supplier<Optional<T>> value, Supplier<String> complaint) {
    long end = System.nanoTime() + bound.toNanos();
    while (true) {
      Optional<T> found = value.get();
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(complaint.get());
      }
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted: " + complaint.get(), e);
      }
    }
  }
}
