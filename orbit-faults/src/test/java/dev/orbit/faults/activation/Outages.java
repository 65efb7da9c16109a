package dev.orbit.faults.activation;

import dev.orbit.faults.Fault;
import dev.orbit.faults.FaultKind;
import dev.orbit.faults.FaultTarget;
import dev.orbit.faults.Stamps;
import dev.orbit.faults.Stamps.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How long the outside client had to wait for an answer, by what was wrong when it first asked: a
 * request counts for every fault that was in force then. From its first attempt to the answer of
 * its last, because it asks again until it is answered.
 */
final class Outages {
  private static final String CALM = "nothing";

  private final Map<String, List<Long>> waits = new TreeMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();

  /** A target that also stamps when faults begin and end. */
  static FaultTarget stamping(FaultTarget target, Stamps stamps) {
    return new FaultTarget() {
      @Override
      public void begin(Fault fault) {
        stamps.add("begin", FaultKind.of(fault));
        target.begin(fault);
      }

      @Override
      public void end(Fault fault) {
        target.end(fault);
        stamps.add("end", FaultKind.of(fault));
      }
    };
  }

  Outages(List<Stamp> all, Findings findings) {
    List<Stamp> stamps = all.stream().filter(stamp -> stamp.source().equals("faults")).toList();
    Map<String, Long> firstAsked = new HashMap<>();
    List<long[]> answered = new ArrayList<>();
    for (Findings.Called call : findings.calls()) {
      if (!call.caller().startsWith("client.") || call.caller().contains(".look")) {
        continue;
      }
      String request = call.name().substring(0, call.name().lastIndexOf('#'));
      long asked = firstAsked.merge(request, call.began(), Math::min);
      if (call.is("ok")) {
        answered.add(new long[] {asked, call.ended() - asked});
      }
    }
    for (long[] each : answered) {
      inForce(stamps, each[0])
          .forEach(kind -> waits.computeIfAbsent(kind, k -> new ArrayList<>()).add(each[1]));
    }
    stamps.stream()
        .filter(stamp -> stamp.kind().equals("begin"))
        .forEach(stamp -> faults.merge(stamp.word(0), 1, Integer::sum));
  }

  private static List<String> inForce(List<Stamp> stamps, long at) {
    Map<String, Integer> open = new TreeMap<>();
    for (Stamp stamp : stamps) {
      if (stamp.nanos() > at) {
        break;
      }
      switch (stamp.kind()) {
        case "begin" -> open.merge(stamp.word(0), 1, Integer::sum);
        case "end" -> open.merge(stamp.word(0), -1, Integer::sum);
        default -> {}
      }
    }
    open.values().removeIf(count -> count == 0);
    return open.isEmpty() ? List.of(CALM) : List.copyOf(open.keySet());
  }

  /** A table, with times in milliseconds. */
  @Override
  public String toString() {
    StringBuilder table =
        new StringBuilder(
            "%-12s %6s %9s %8s %8s %8s"
                .formatted("wrong", "times", "requests", "p50 ms", "p99 ms", "worst"));
    waits.forEach(
        (kind, each) -> {
          List<Long> sorted = each.stream().sorted().toList();
          table.append(
              "%n%-12s %6d %9d %8d %8d %8d"
                  .formatted(
                      kind,
                      faults.getOrDefault(kind, 0),
                      sorted.size(),
                      millis(sorted, 50),
                      millis(sorted, 99),
                      millis(sorted, 100)));
        });
    return table.toString();
  }

  private static long millis(List<Long> sorted, int percent) {
    int index = Math.min(sorted.size() - 1, sorted.size() * percent / 100);
    return TimeUnit.NANOSECONDS.toMillis(sorted.get(index));
  }
}
