package dev.orbit.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

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
    try {
      return Awaitility.await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL)
          .atMost(bound)
          .until(value::get, Optional::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(complaint.get(), e);
    }
  }
}
