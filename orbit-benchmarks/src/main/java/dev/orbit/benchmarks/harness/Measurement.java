package dev.orbit.benchmarks.harness;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What one run of a workload took.
 *
 * @param calls how many were answered
 * @param nanos how long the run was
 * @param p50Micros median latency
 * @param p99Micros latency that 1 % of the calls exceed
 * @param p999Micros latency that 0.1 % of the calls exceed
 * @param maxMicros the longest latency
 * @param cpuNanos processor time of all processes of the contender
 * @param allocatedBytes what all processes of the contender allocated on their heaps
 */
public record Measurement(
    double calls,
    double nanos,
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double maxMicros,
    double cpuNanos,
    double allocatedBytes) {

  /** How many were answered a second. */
  public double callsPerSecond() {
    return calls / (nanos / 1e9);
  }

  /** Processor time of all processes a call. */
  public double cpuMicrosPerCall() {
    return cpuNanos / 1e3 / Math.max(1, calls);
  }

  /** What all processes allocated a call. */
  public double allocatedPerCall() {
    return allocatedBytes / Math.max(1, calls);
  }

  Measurement with(double cpuNanos, double allocatedBytes) {
    return new Measurement(
        calls, nanos, p50Micros, p99Micros, p999Micros, maxMicros, cpuNanos, allocatedBytes);
  }

  String toLine() {
    return String.format(
        Locale.ROOT,
        "%.0f %.0f %.1f %.1f %.1f %.1f",
        calls,
        nanos,
        p50Micros,
        p99Micros,
        p999Micros,
        maxMicros);
  }

  /** What {@link #toLine} made. */
  public static Measurement ofLine(String line) {
    double[] v = Arrays.stream(line.trim().split(" ")).mapToDouble(Double::parseDouble).toArray();
    if (v.length != 6) {
      throw new IllegalArgumentException("six figures expected, not: " + line);
    }
    return new Measurement(v[0], v[1], v[2], v[3], v[4], v[5], 0, 0);
  }

  String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"callsPerSecond\":%.0f,\"p50Micros\":%.1f,\"p99Micros\":%.1f,\"p999Micros\":%.1f,"
            + "\"maxMicros\":%.1f,\"cpuMicrosPerCall\":%.3f,\"allocatedBytesPerCall\":%.0f}",
        callsPerSecond(),
        p50Micros,
        p99Micros,
        p999Micros,
        maxMicros,
        cpuMicrosPerCall(),
        allocatedPerCall());
  }

  /** Of latencies in nanoseconds; processor time and allocation are not known. */
  static Measurement of(Histogram latencies, long nanos) {
    return new Measurement(
        latencies.getTotalCount(),
        nanos,
        latencies.getValueAtPercentile(50) / 1e3,
        latencies.getValueAtPercentile(99) / 1e3,
        latencies.getValueAtPercentile(99.9) / 1e3,
        latencies.getMaxValue() / 1e3,
        0,
        0);
  }

  /** The median of each figure by itself. */
  static Measurement median(List<Measurement> runs) {
    double perSecond = median(runs, Measurement::callsPerSecond);
    double nanos = 1e9;
    return new Measurement(
        perSecond,
        nanos,
        median(runs, Measurement::p50Micros),
        median(runs, Measurement::p99Micros),
        median(runs, Measurement::p999Micros),
        median(runs, Measurement::maxMicros),
        median(runs, Measurement::cpuMicrosPerCall) * 1e3 * perSecond,
        median(runs, Measurement::allocatedPerCall) * perSecond);
  }

  static double median(List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
