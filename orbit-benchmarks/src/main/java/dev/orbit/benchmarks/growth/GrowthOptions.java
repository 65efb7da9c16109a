package dev.orbit.benchmarks.growth;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param curve which
 * @param points {@code --points}: of the curve, a list with commas
 * @param rounds {@code --rounds}: how often each point is measured, in turn
 * @param perPoint {@code --millis}: for how long, in a round
 * @param warmUp {@code --warmup}: for how many milliseconds each runs before the first round
 * @param recordings {@code --recordings}: a directory for a flight recording of each process
 */
record GrowthOptions(
    String curve,
    List<Integer> points,
    int rounds,
    Duration perPoint,
    Duration warmUp,
    @Nullable Path recordings) {
  static final String USAGE =
      """
      GrowthFigures nodes|actors|callers|payload, and options, each with a value:
        --points LIST        of the curve
        --rounds 3           how often each point is measured, in turn
        --millis 3000        for how long, in a round
        --warmup 5000        milliseconds that each runs before the first round; 15000 for nodes,
                             8000 for payload, of which some processes see few points
        --recordings DIR     for a flight recording of each process\
      """;

  /** What a point that has compiled code takes until it runs evenly again. */
  private static final Duration SETTLING = Duration.ofMillis(700);

  static GrowthOptions parse(String[] args) {
    if (args.length % 2 != 1) {
      throw new IllegalArgumentException("a curve, and options with a value each");
    }
    List<Integer> points =
        switch (args[0]) {
          case "nodes" -> List.of(1, 2, 3, 4, 5);
          case "actors" -> List.of(1, 100, 10_000, 100_000, 1_000_000);
          case "callers" -> List.of(1, 16, 256, 1_024, 10_000);
          case "payload" -> List.of(16, 100, 1 << 10, 16 << 10, 256 << 10, 1 << 20);
          default -> throw new IllegalArgumentException("no curve is called " + args[0]);
        };
    int rounds = 3;
    int millis = 3_000;
    int warmUp =
        switch (args[0]) {
          // The last of the nodes takes part in one point only.
          case "nodes" -> 15_000;
          // Few calls a second, so that code becomes hot late.
          case "payload" -> 8_000;
          default -> 5_000;
        };
    Path recordings = null;
    for (int i = 1; i < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--points" -> points = Arrays.stream(value.split(",")).map(Integer::parseInt).toList();
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--millis" -> millis = Integer.parseInt(value);
        case "--warmup" -> warmUp = Integer.parseInt(value);
        case "--recordings" -> recordings = Path.of(value).toAbsolutePath();
        default -> throw new IllegalArgumentException(args[i] + " is no option");
      }
    }
    return new GrowthOptions(
        args[0], points, rounds, Duration.ofMillis(millis), Duration.ofMillis(warmUp), recordings);
  }

  /** For how long a point runs in each round before it is measured. */
  Duration settling() {
    return SETTLING;
  }
}
