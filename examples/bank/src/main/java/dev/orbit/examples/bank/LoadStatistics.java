package dev.orbit.examples.bank;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Counts and times what the load's calls come to. Thread-safe. */
final class LoadStatistics {
  final LongAdder acknowledged = new LongAdder();
  final LongAdder insufficientFunds = new LongAdder();
  final LongAdder notExecuted = new LongAdder();
  final LongAdder unknown = new LongAdder();
  final LongAdder unknownApplied = new LongAdder();
  final LongAdder unknownAbsent = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder overdue = new LongAdder();

  private final Histogram latencyMicros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(10), 3);

  void latency(long nanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos));
    latencyMicros.recordValue(Math.min(micros, latencyMicros.getHighestTrackableValue()));
  }

  Duration percentile(double percentile) {
    return Duration.of(latencyMicros.getValueAtPercentile(percentile), ChronoUnit.MICROS);
  }
}
