package dev.orbit.benchmarks.contenders;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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
 * @param workloads {@code --workloads}: a list with commas; empty for all
 * @param outstanding {@code --outstanding}: calls under way at the other node, a list with commas
 * @param json {@code --json}: where all runs are written
 * @param against {@code --against}: a file with ratios that must not become worse: {@link Floor}
 */
record Options(
    int rounds,
    Duration perVariant,
    Duration warmup,
    int payloadBytes,
    Set<String> contenders,
    Set<String> workloads,
    List<Integer> outstanding,
    @Nullable Path json,
    @Nullable Path against) {

  static final String USAGE =
      """
      Options, each with a value:
        --rounds 5           how often every variant is measured, in turn
        --seconds 2          how long it runs in a round
        --warmup 4           how long before the first
        --payload 100        bytes that are echoed
        --contenders LIST    raw,mailbox,orbit,pekko; orbit-asleep too
        --workloads LIST     remote,remote-async,remote-protobuf-async,local,local-async,activate
        --outstanding LIST   calls under way at the other node: 1,256,1024
        --json FILE          where all runs are written
        --against FILE       ratios of an earlier run, that must not become worse by three tenths\
      """;

  static Options parse(String[] args) {
    int rounds = 5;
    int seconds = 2;
    int warmup = 4;
    int payload = 100;
    Set<String> contenders = new TreeSet<>(Contenders.USUAL);
    Set<String> workloads = Set.of();
    List<Integer> outstanding = List.of(1, 256, 1024);
    Path json = null;
    Path against = null;
    if (args.length % 2 != 0) {
      throw new IllegalArgumentException("every option takes a value");
    }
    for (int i = 0; i < args.length; i += 2) {
      int at = i;
      String value = args[i + 1];
      switch (args[i]) {
        case "--rounds" -> rounds = positive(args[i], value);
        case "--seconds" -> seconds = positive(args[i], value);
        case "--warmup" -> warmup = positive(args[i], value);
        case "--payload" -> payload = positive(args[i], value);
        case "--contenders" -> contenders = Contenders.parse(value);
        case "--workloads" -> workloads = Set.of(value.split(","));
        case "--outstanding" ->
            outstanding =
                Arrays.stream(value.split(",")).map(each -> positive(args[at], each)).toList();
        case "--json" -> json = Path.of(value);
        case "--against" -> against = Path.of(value);
        default -> throw new IllegalArgumentException(args[i] + " is no option");
      }
    }
    return new Options(
        rounds,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(warmup),
        payload,
        contenders,
        workloads,
        outstanding,
        json,
        against);
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
