package dev.orbit.benchmarks.contenders;

import static dev.orbit.benchmarks.harness.Comparison.Variant.closed;

import dev.orbit.benchmarks.harness.Comparison;
import dev.orbit.benchmarks.harness.Comparison.Variant;
import java.util.List;
import java.util.Locale;

/**
 * A figure that means something on any machine, because both of its parts come from one run.
 *
 * @param latency whether it compares median latencies, where less is better, rather than throughput
 */
record Ratio(Variant variant, Variant yardstick, boolean latency) {
  static final List<Ratio> ALL =
      List.of(
          throughput(closed("orbit", "remote", 256), closed("pekko", "remote-async", 256)),
          throughput(closed("orbit", "remote", 256), closed("raw", "remote", 256)),
          throughput(closed("orbit", "remote-async", 1024), closed("pekko", "remote-async", 1024)),
          throughput(closed("orbit", "remote-async", 1024), closed("raw", "remote", 1024)),
          throughput(
              closed("orbit", "remote-async", 1024),
              closed("pekko", "remote-protobuf-async", 1024)),
          latency(closed("orbit", "remote", 1), closed("pekko", "remote", 1)),
          latency(closed("orbit", "remote", 1), closed("raw", "remote", 1)),
          latency(closed("orbit", "remote", 1), closed(Contenders.ASLEEP, "remote", 1)),
          throughput(closed("orbit", "remote", 1), closed(Contenders.ASLEEP, "remote", 1)),
          throughput(closed("orbit", "remote", 16), closed(Contenders.ASLEEP, "remote", 16)),
          throughput(closed("orbit", "remote", 256), closed(Contenders.ASLEEP, "remote", 256)),
          throughput(closed("orbit", "local", 256), closed("mailbox", "local", 256)),
          throughput(closed("orbit", "local", 256), closed("pekko", "local-async", 256)),
          throughput(closed("orbit", "activate", 256), closed("pekko", "activate", 256)));

  private static Ratio throughput(Variant variant, Variant yardstick) {
    return new Ratio(variant, yardstick, false);
  }

  private static Ratio latency(Variant variant, Variant yardstick) {
    return new Ratio(variant, yardstick, true);
  }

  /** Whether both of its parts were measured. */
  boolean isIn(Comparison comparison) {
    return comparison.has(variant) && comparison.has(yardstick);
  }

  double of(Comparison comparison) {
    return latency
        ? comparison.latencyRatio(variant, yardstick)
        : comparison.throughputRatio(variant, yardstick);
  }

  /** As a row of the table that is printed, and that {@link Floor} reads. */
  String row(double measured) {
    return String.format(Locale.ROOT, "| %s | %.2f |", this, measured);
  }

  @Override
  public String toString() {
    return "%s of %s to %s".formatted(latency ? "p50" : "throughput", variant, yardstick);
  }
}
