package dev.orbit.benchmarks.contenders;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ratios of an earlier run, which a later one must not be worse than by more than {@value
 * #MOST_WORSE}. They are rows of the table that {@link CallComparison} prints; all other lines of
 * the text are for its readers.
 */
final class Floor {
  /** More than the ratios of the same code differ by on a machine that others use too. */
  static final double MOST_WORSE = 0.3;

  private static final Pattern ROW = Pattern.compile("\\| (.+ of .+ to .+) \\| ([0-9.]+) \\|");

  private final Map<Ratio, Double> earlier;

  private Floor(Map<Ratio, Double> earlier) {
    this.earlier = earlier;
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException if a row names no ratio that is measured here, or there is
   *     none
   */
  static Floor parse(List<String> lines) {
    Map<Ratio, Double> earlier = new LinkedHashMap<>();
    for (String line : lines) {
      Matcher row = ROW.matcher(line.strip());
      if (row.matches()) {
        String name = row.group(1);
        Ratio ratio =
            Ratio.ALL.stream()
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is not measured"));
        earlier.put(ratio, Double.parseDouble(row.group(2)));
      }
    }
    if (earlier.isEmpty()) {
      throw new IllegalArgumentException(
          "no row as '| throughput of a to b | 0.50 |' in it: nothing would be compared");
    }
    return new Floor(earlier);
  }

  /**
   * What has become too much worse, in words; empty if nothing has.
   *
   * @param now measures a ratio; null where it was not measured, which is a failure too
   */
  List<String> worse(Function<Ratio, @Nullable Double> now) {
    List<String> worse = new ArrayList<>();
    earlier.forEach(
        (ratio, was) -> {
          Double is = now.apply(ratio);
          if (is == null) {
            worse.add(ratio + " was not measured");
            return;
          }
          double bound = ratio.latency() ? was / (1 - MOST_WORSE) : was * (1 - MOST_WORSE);
          if (ratio.latency() ? is > bound : is < bound) {
            worse.add(
                String.format(
                    Locale.ROOT, "%s was %.2f and is %.2f; %.2f would do", ratio, was, is, bound));
          }
        });
    return worse;
  }
}
