package dev.orbit.benchmarks.growth;

import dev.orbit.benchmarks.harness.Comparison;
import dev.orbit.benchmarks.harness.Comparison.Variant;
import dev.orbit.benchmarks.harness.Contender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures the points of a curve in turn, round by round, and prints them as a table. The first
 * round, in which code is compiled and buffers grow, does not count. Used by one thread.
 */
final class Curve {
  private final List<Point> points;
  private final Comparison comparison;
  private final Map<Variant, List<double[]>> noted = new LinkedHashMap<>();

  /**
   * One point.
   *
   * @param value where it is on the curve
   * @param name how it is called in the table
   * @param load calls under way
   * @param processes those that are measured
   */
  record Point(int value, String name, int load, Contender processes) {
    Variant variant() {
      return Variant.closed(name, "echo", load);
    }
  }

  /** What must be so before a point is measured. */
  @FunctionalInterface
  interface Preparation {
    /** Makes it so, in one of the rounds. */
    void prepare(Point point, int round) throws IOException;
  }

  /** Further figures of a point, asked for after it was measured. */
  @FunctionalInterface
  interface Notes {
    /** The figures, always the same number. */
    double[] take(Point point, double callsPerSecond) throws IOException;
  }

  Curve(List<Point> points) {
    this.points = points;
    Map<String, Contender> contenders = new LinkedHashMap<>();
    points.forEach(point -> contenders.put(point.name(), point.processes()));
    this.comparison = new Comparison(contenders, points.stream().map(Point::variant).toList());
  }

  void measure(GrowthOptions options, Preparation preparation, Notes notes) throws IOException {
    for (int round = 0; round <= options.rounds(); round++) {
      for (Point point : points) {
        preparation.prepare(point, round);
        Variant variant = point.variant();
        comparison.warmUp(variant, (round == 0 ? options.warmUp() : options.settling()).toMillis());
        if (round > 0) {
          double rate =
              comparison.measure(round, variant, options.perPoint().toMillis()).callsPerSecond();
          noted.computeIfAbsent(variant, _ -> new ArrayList<>()).add(notes.take(point, rate));
        }
      }
    }
  }

  /**
   * Prints the table.
   *
   * @param titles of the further figures
   * @param formats of the same; what is not a number is left out
   */
  void print(List<String> titles, List<String> formats) {
    comparison.printTable(
        titles.isEmpty() ? "" : " " + String.join(" | ", titles) + " |",
        variant -> {
          StringBuilder cells = new StringBuilder();
          for (int i = 0; i < titles.size(); i++) {
            double median = median(noted.get(variant), i);
            cells
                .append(' ')
                .append(
                    Double.isNaN(median) ? "" : String.format(Locale.ROOT, formats.get(i), median))
                .append(" |");
          }
          return cells.toString();
        });
  }

  private static double median(@Nullable List<double[]> notes, int column) {
    if (notes == null) {
      return Double.NaN;
    }
    double[] sorted = notes.stream().mapToDouble(each -> each[column]).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
