package dev.orbit.benchmarks.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/** Runs variants in turn, round by round, and reports medians. Used by one thread. */
public final class Comparison {
  private final Map<String, Contender> contenders;
  private final List<Variant> variants;
  private final Map<Variant, List<Measurement>> runs = new LinkedHashMap<>();

  /**
   * One workload of one contender.
   *
   * @param contender its name
   * @param load calls under way in a closed loop, or calls a second in an open one
   */
  public record Variant(String contender, String workload, int load, boolean open) {
    /** A closed loop. */
    public static Variant closed(String contender, String workload, int outstanding) {
      return new Variant(contender, workload, outstanding, false);
    }

    /** An open loop. */
    public static Variant open(String contender, String workload, int rate) {
      return new Variant(contender, workload, rate, true);
    }

    @Override
    public String toString() {
      return "%s %s %s%d".formatted(contender, workload, open ? "at " : "/", load);
    }
  }

  /** Of contenders by name; variants of contenders that are not among them are left out. */
  public Comparison(Map<String, Contender> contenders, List<Variant> variants) {
    this.contenders = Map.copyOf(contenders);
    this.variants =
        variants.stream().filter(v -> this.contenders.containsKey(v.contender())).toList();
  }

  /** Runs every variant once without keeping its figures. */
  public void warmUp(long millis) throws IOException {
    for (Variant variant : variants) {
      warmUp(variant, millis);
    }
  }

  /** Runs one variant once without keeping its figures. */
  public void warmUp(Variant variant, long millis) throws IOException {
    run(variant, millis);
  }

  /** Runs every variant once, for so long. */
  public void round(int number, long millis) throws IOException {
    for (Variant variant : variants) {
      measure(number, variant, millis);
    }
  }

  /** Runs one variant once, for those that prepare each by themselves. */
  public Measurement measure(int number, Variant variant, long millis) throws IOException {
    Measurement run = run(variant, millis);
    runs.computeIfAbsent(variant, v -> new ArrayList<>()).add(run);
    System.out.printf(
        Locale.ROOT,
        "round %d %-32s %,12.0f/s p50 %,9.1f p99 %,9.1f p99.9 %,9.1f us cpu %7.2f us %,8.0f B%n",
        number,
        variant,
        run.callsPerSecond(),
        run.p50Micros(),
        run.p99Micros(),
        run.p999Micros(),
        run.cpuMicrosPerCall(),
        run.allocatedPerCall());
    return run;
  }

  private Measurement run(Variant variant, long millis) throws IOException {
    Contender contender = contenders.get(variant.contender());
    if (contender == null) {
      throw new IllegalStateException("not started: " + variant.contender());
    }
    return variant.open()
        ? contender.open(variant.workload(), variant.load(), millis)
        : contender.closed(variant.workload(), variant.load(), millis);
  }

  /** The medians of a variant; empty figures if it was not run. */
  public Measurement median(Variant variant) {
    List<Measurement> measured = runs.get(variant);
    if (measured == null) {
      throw new IllegalArgumentException("not measured: " + variant);
    }
    return Measurement.median(measured);
  }

  /** Whether a variant was measured. */
  public boolean has(Variant variant) {
    return runs.containsKey(variant);
  }

  /**
   * The median over the rounds of one variant's throughput as a multiple of another's in the same
   * round.
   */
  public double throughputRatio(Variant variant, Variant yardstick) {
    return ratio(variant, yardstick, Measurement::callsPerSecond);
  }

  /** The same of their median latencies. */
  public double latencyRatio(Variant variant, Variant yardstick) {
    return ratio(variant, yardstick, Measurement::p50Micros);
  }

  private double ratio(
      Variant variant, Variant yardstick, java.util.function.ToDoubleFunction<Measurement> figure) {
    List<Measurement> mine = runs.getOrDefault(variant, List.of());
    List<Measurement> others = runs.getOrDefault(yardstick, List.of());
    double[] ratios = new double[Math.min(mine.size(), others.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(mine.get(i)) / figure.applyAsDouble(others.get(i));
    }
    java.util.Arrays.sort(ratios);
    return ratios.length == 0 ? Double.NaN : ratios[ratios.length / 2];
  }

  /** A table for pages. */
  public void printTable() {
    printTable("", variant -> "");
  }

  /**
   * A table with columns of one's own.
   *
   * @param titles of the further columns, each followed by {@code " |"}
   * @param cells the same of their cells
   */
  public void printTable(String titles, Function<Variant, String> cells) {
    System.out.println(
        "| variant | calls/s | spread | p50 us | p99 us | p99.9 us | CPU us/call | B/call |"
            + titles);
    System.out.println(
        "|---|---|---|---|---|---|---|---|"
            + "---|".repeat((int) titles.chars().filter(c -> c == '|').count()));
    runs.forEach(
        (variant, measured) -> {
          Measurement median = Measurement.median(measured);
          double[] rates =
              measured.stream().mapToDouble(Measurement::callsPerSecond).sorted().toArray();
          System.out.printf(
              Locale.ROOT,
              "| %s | %,.0f | %,.0f-%,.0f | %,.1f | %,.1f | %,.1f | %.2f | %,.0f |%s%n",
              variant,
              median.callsPerSecond(),
              rates[0],
              rates[rates.length - 1],
              median.p50Micros(),
              median.p99Micros(),
              median.p999Micros(),
              median.cpuMicrosPerCall(),
              median.allocatedPerCall(),
              cells.apply(variant));
        });
  }

  /** All runs of all variants. */
  public String toJson() {
    StringJoiner lines = new StringJoiner(",\n  ", "{\n  ", "\n}\n");
    runs.forEach(
        (variant, measured) -> {
          StringJoiner list = new StringJoiner(",", "[", "]");
          measured.forEach(run -> list.add(run.toJson()));
          lines.add("\"" + variant + "\":" + list);
        });
    return lines.toString();
  }
}
