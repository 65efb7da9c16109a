package dev.orbit.benchmarks.contenders;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param rounds {@code --rounds}: how often every variant is measured
 * @param perVariant {@code --seconds}: how long a variant runs in a round
 * @param warmup {@code --warmup}: seconds that a variant runs before the first round
 * @param payloadBytes {@code --payload}: the size of the text that is echoed
 * @param contenders {@code --contenders}: a list with commas
 * @param json {@code --json}: where all runs are written
 */
record Options(
    int rounds,
    Duration perVariant,
    Duration warmup,
    int payloadBytes,
    Set<String> contenders,
    @Nullable Path json) {

  static Options parse(String[] args) {
    int rounds = 5;
    int seconds = 2;
    int warmup = 4;
    int payload = 100;
    Set<String> contenders = new TreeSet<>(Contenders.NAMES);
    Path json = null;
    if (args.length % 2 != 0) {
      throw new IllegalArgumentException("every option takes a value");
    }
    for (int i = 0; i < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--rounds" -> rounds = positive(args[i], value);
        case "--seconds" -> seconds = positive(args[i], value);
        case "--warmup" -> warmup = positive(args[i], value);
        case "--payload" -> payload = positive(args[i], value);
        case "--contenders" -> contenders = Contenders.parse(value);
        case "--json" -> json = Path.of(value);
        default ->
            throw new IllegalArgumentException(
                args[i]
                    + " is no option; known: --rounds --seconds --warmup --payload --contenders"
                    + " --json");
      }
    }
    return new Options(
        rounds, Duration.ofSeconds(seconds), Duration.ofSeconds(warmup), payload, contenders, json);
  }

  private static int positive(String option, String value) {
    try {
      int number = Integer.parseInt(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " takes a number, not " + value, e);
    }
    throw new IllegalArgumentException(option + " takes a number above 0, not " + value);
  }
}
