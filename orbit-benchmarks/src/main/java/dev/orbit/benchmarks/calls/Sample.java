package dev.orbit.benchmarks.calls;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one variant did in one round.
 *
 * @param callsPerSecond answered calls
 * @param p50Micros median latency
 * @param p99Micros latency that 1 % of the calls exceed
 * @param cpuMicrosPerCall processor time of both processes
 */
record Sample(double callsPerSecond, double p50Micros, double p99Micros, double cpuMicrosPerCall) {
  static Sample median(List<Sample> samples) {
    return new Sample(
        median(samples, Sample::callsPerSecond),
        median(samples, Sample::p50Micros),
        median(samples, Sample::p99Micros),
        median(samples, Sample::cpuMicrosPerCall));
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
    double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static String spread(List<Sample> samples) {
    double[] sorted = samples.stream().mapToDouble(Sample::callsPerSecond).sorted().toArray();
    return "%,.0f-%,.0f".formatted(sorted[0], Arrays.stream(sorted).max().orElseThrow());
  }
}
