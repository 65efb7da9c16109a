package dev.orbit.benchmarks.contenders;

import static dev.orbit.benchmarks.harness.Comparison.Variant.closed;

import dev.orbit.benchmarks.harness.Comparison;
import dev.orbit.benchmarks.harness.Comparison.Variant;
import dev.orbit.benchmarks.harness.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a call costs in Orbit, in Pekko, and at the least. Prints every run, medians, and the ratios
 * that matter; exits with 1 if a call fails or answers wrongly, or a ratio has become worse.
 *
 * <p>Options: see {@link Options}.
 */
public final class CallComparison {
  private CallComparison() {}

  public static void main(String[] args) throws IOException {
    Options options = optionsOf(args);
    Path against = options.against();
    Floor floor = against == null ? null : Floor.parse(Files.readAllLines(against));
    List<String> worse;
    Map<String, Contender> contenders = new LinkedHashMap<>();
    try {
      for (String name : Contenders.NAMES) {
        if (options.contenders().contains(name)) {
          contenders.put(name, Contenders.start(name, options.payloadBytes()));
        }
      }
      Comparison comparison = new Comparison(contenders, variants(options));
      comparison.warmUp(options.warmup().toMillis());
      for (int round = 1; round <= options.rounds(); round++) {
        comparison.round(round, options.perVariant().toMillis());
      }
      report(comparison, options);
      if (options.json() != null) {
        Files.writeString(options.json(), comparison.toJson());
      }
      worse =
          floor == null
              ? List.of()
              : floor.worse(ratio -> ratio.isIn(comparison) ? ratio.of(comparison) : null);
    } finally {
      contenders.values().forEach(Contender::close);
    }
    worse.forEach(System.err::println);
    if (!worse.isEmpty()) {
      System.exit(1);
    }
  }

  private static Options optionsOf(String[] args) {
    try {
      return Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(Options.USAGE);
      System.exit(2);
      throw e;
    }
  }

  private static List<Variant> variants(Options options) {
    List<Variant> variants = new ArrayList<>();
    for (int outstanding : options.outstanding()) {
      variants.add(closed("raw", "remote", outstanding));
      variants.add(closed("orbit", "remote", outstanding));
      variants.add(closed(Contenders.ASLEEP, "remote", outstanding));
      variants.add(closed("pekko", "remote", outstanding));
      variants.add(closed("orbit", "remote-async", outstanding));
      variants.add(closed("pekko", "remote-async", outstanding));
      variants.add(closed("pekko", "remote-protobuf-async", outstanding));
    }
    for (int outstanding : new int[] {1, 256}) {
      variants.add(closed("mailbox", "local", outstanding));
      variants.add(closed("orbit", "local", outstanding));
      variants.add(closed("pekko", "local", outstanding));
      variants.add(closed("pekko", "local-async", outstanding));
    }
    variants.add(closed("orbit", "activate", 256));
    variants.add(closed("pekko", "activate", 256));
    Set<String> chosen = options.workloads();
    variants.removeIf(variant -> !chosen.isEmpty() && !chosen.contains(variant.workload()));
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("no variant has one of the workloads " + chosen);
    }
    return variants;
  }

  private static void report(Comparison comparison, Options options) {
    System.out.printf(
        Locale.ROOT,
        "%nmedians of %d rounds of %d s, %d B, %d cores, JDK %s%n",
        options.rounds(),
        options.perVariant().toSeconds(),
        options.payloadBytes(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    comparison.printTable();
    System.out.println();
    System.out.println("| ratio (median over the rounds) | measured |");
    System.out.println("|---|---|");
    for (Ratio ratio : Ratio.ALL) {
      if (ratio.isIn(comparison)) {
        System.out.println(ratio.row(ratio.of(comparison)));
      }
    }
  }
}
