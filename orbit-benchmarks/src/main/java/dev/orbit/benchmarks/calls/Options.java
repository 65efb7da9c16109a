package dev.orbit.benchmarks.calls;

import java.time.Duration;

/**
 * What the command line asks for.
 *
 * @param rounds how often every variant is measured
 * @param perVariant how long a variant runs in a round
 * @param warmup how long a variant runs before the first round
 * @param payloadBytes the size of the text that is echoed
 */
record Options(int rounds, Duration perVariant, Duration warmup, int payloadBytes) {
  static Options parse(String[] args) {
    Options options = new Options(5, Duration.ofSeconds(2), Duration.ofSeconds(4), 100);
    if (args.length % 2 != 0) {
      throw new IllegalArgumentException("every option takes a value");
    }
    for (int i = 0; i < args.length; i += 2) {
      int value = Integer.parseInt(args[i + 1]);
      options =
          switch (args[i]) {
            case "--rounds" ->
                new Options(value, options.perVariant, options.warmup, options.payloadBytes);
            case "--seconds" ->
                new Options(
                    options.rounds,
                    Duration.ofSeconds(value),
                    options.warmup,
                    options.payloadBytes);
            case "--warmup" ->
                new Options(
                    options.rounds,
                    options.perVariant,
                    Duration.ofSeconds(value),
                    options.payloadBytes);
            case "--payload" ->
                new Options(options.rounds, options.perVariant, options.warmup, value);
            default ->
                throw new IllegalArgumentException(
                    args[i] + " is no option; known: --rounds --seconds --warmup --payload");
          };
    }
    return options;
  }

  String text() {
    return "x".repeat(payloadBytes);
  }
}
