package dev.orbit.transport.internal;

import dev.orbit.transport.CompressionConfig;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** Loops that compress nothing. */
final class Loops {
  private Loops() {}

  static Loop of(Executor executor, BooleanSupplier current) {
    return of(executor, current, new Counters());
  }

  /** One that does some things after it has read. */
  static Loop of(Executor executor, Executor afterReads) {
    return of(executor, afterReads, () -> false, new Counters());
  }

  /** One that counts there. */
  static Loop of(Executor executor, BooleanSupplier current, Counters counters) {
    return of(executor, executor, current, counters);
  }

  private static Loop of(
      Executor executor, Executor afterReads, BooleanSupplier current, Counters counters) {
    return new Loop(
        executor,
        afterReads,
        current,
        new Compressor(CompressionConfig.OFF, counters, () -> 0),
        counters);
  }
}
