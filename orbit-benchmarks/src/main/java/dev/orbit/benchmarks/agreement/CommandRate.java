package dev.orbit.benchmarks.agreement;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Committed commands of two groups of voters, in turn: one whose directories are on the disk, and
 * one whose directories are where a sync costs nothing. What differs is the price of durability.
 */
final class CommandRate {
  private static final int[] CLIENTS = {1, 16, 256};
  private static final long WARM_UP_MILLIS = 20_000;
  private static final long SETTLE_MILLIS = 1_000;
  private static final long PATIENCE = 120;

  private final List<Lines> voters;
  private final int leader;

  /** What one load came to. */
  record Rate(long perSecond, long p50Micros, long p99Micros) {}

  private CommandRate(List<Lines> voters, int leader) {
    this.voters = voters;
    this.leader = leader;
  }

  /**
   * Prints each round and the medians.
   *
   * @param rounds how often each load is made on each group
   */
  static void print(int rounds, long millis, Path disk, Path memory)
      throws IOException, InterruptedException, TimeoutException {
    Map<String, CommandRate> groups = new LinkedHashMap<>();
    groups.put("disk", start(disk));
    groups.put("memory", start(memory));
    for (CommandRate group : groups.values()) {
      group.load(256, WARM_UP_MILLIS);
    }
    Map<String, List<Rate>> rates = new LinkedHashMap<>();
    System.out.println("round  where   clients  commands/s  p50 us  p99 us");
    for (int round = 0; round < rounds; round++) {
      for (int clients : CLIENTS) {
        for (Map.Entry<String, CommandRate> group : groups.entrySet()) {
          group.getValue().load(clients, SETTLE_MILLIS);
          Rate rate = group.getValue().load(clients, millis);
          rates.computeIfAbsent(group.getKey() + clients, _ -> new ArrayList<>()).add(rate);
          System.out.println("%5d  %-6s  %s".formatted(round, group.getKey(), line(clients, rate)));
        }
      }
    }
    System.out.println("medians; the last column is disk through memory");
    for (int clients : CLIENTS) {
      Rate onDisk = median(rates.get("disk" + clients));
      Rate inMemory = median(rates.get("memory" + clients));
      double ratio = (double) onDisk.perSecond() / inMemory.perSecond();
      System.out.println("       disk    %s  %.2f".formatted(line(clients, onDisk), ratio));
      System.out.println("       memory  %s".formatted(line(clients, inMemory)));
    }
    groups.values().forEach(group -> group.voters.forEach(Lines::close));
  }

  private static CommandRate start(Path directory)
      throws IOException, InterruptedException, TimeoutException {
    List<Lines> voters =
        AgreementFigures.voters(VoterWorker.class, directory, AgreementFigures.ports());
    return new CommandRate(voters, AgreementFigures.awaitLeader(voters).voter());
  }

  /** A single client is the leader's; more are spread over all voters. */
  private Rate load(int clients, long millis) throws InterruptedException, TimeoutException {
    List<Lines> used = clients == 1 ? List.of(voters.get(leader)) : voters;
    for (int i = 0; i < used.size(); i++) {
      int own = (clients + i) / used.size();
      used.get(i).tell("load %d %d".formatted(own, millis));
    }
    long count = 0;
    long p50 = 0;
    long p99 = 0;
    for (Lines voter : used) {
      String[] words = voter.await("loaded ", PATIENCE).split(" ");
      count += Long.parseLong(words[0]);
      p50 += Long.parseLong(words[1]) / used.size();
      p99 = Math.max(p99, Long.parseLong(words[2]));
    }
    return new Rate(count * 1_000 / millis, p50 / 1_000, p99 / 1_000);
  }

  private static String line(int clients, Rate rate) {
    return "%7d  %10d  %6d  %6d"
        .formatted(clients, rate.perSecond(), rate.p50Micros(), rate.p99Micros());
  }

  private static Rate median(@Nullable List<Rate> rates) {
    if (rates == null) {
      throw new IllegalArgumentException("no rounds");
    }
    int middle = rates.size() / 2;
    return new Rate(
        rates.stream().map(Rate::perSecond).sorted().toList().get(middle),
        rates.stream().map(Rate::p50Micros).sorted().toList().get(middle),
        rates.stream().map(Rate::p99Micros).sorted().toList().get(middle));
  }
}
