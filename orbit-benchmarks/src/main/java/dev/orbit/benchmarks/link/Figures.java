package dev.orbit.benchmarks.link;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What one variant did in one round.
 *
 * @param callsPerSecond answered calls
 * @param p50Micros median latency
 * @param p99Micros latency that 1 % of the calls exceed
 * @param cpuMicros processor time of both processes a call
 * @param bytesHere what the calling process allocated a call
 * @param bytesThere what the answering process allocated a call
 */
record Figures(
    double callsPerSecond,
    double p50Micros,
    double p99Micros,
    double cpuMicros,
    double bytesHere,
    double bytesThere) {
  static Figures median(List<Figures> rounds) {
    return new Figures(
        median(rounds, Figures::callsPerSecond),
        median(rounds, Figures::p50Micros),
        median(rounds, Figures::p99Micros),
        median(rounds, Figures::cpuMicros),
        median(rounds, Figures::bytesHere),
        median(rounds, Figures::bytesThere));
  }

  private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  String json(String variant, int round) {
    return String.format(
        Locale.ROOT,
        "{\"variant\":\"%s\",\"round\":%d,\"callsPerSecond\":%.0f,\"p50Micros\":%.1f,"
            + "\"p99Micros\":%.1f,\"cpuMicros\":%.3f,\"bytesHere\":%.0f,\"bytesThere\":%.0f}",
        variant,
        round,
        callsPerSecond,
        p50Micros,
        p99Micros,
        cpuMicros,
        bytesHere,
        bytesThere);
  }
}
