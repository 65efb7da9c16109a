package dev.orbit.faults.activation;

import dev.orbit.api.state.Fence;
import dev.orbit.faults.Claims;
import dev.orbit.faults.Stamps.Stamp;
import dev.orbit.testkit.history.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the stamps of a run say. */
final class Findings {
  private static final Pattern VALUE = Pattern.compile("\"last\"\\s*:\\s*\"([^\"]*)\"");

  private final List<Stamp> stamps;
  private final Map<String, Called> calls = new LinkedHashMap<>();
  private final Map<String, List<Stamp>> accepted = new TreeMap<>();
  private final Map<String, Integer> written = new HashMap<>();

  /** One call; {@code ended} is {@code Long.MAX_VALUE} while nobody knows how. */
  record Called(
      String caller,
      String name,
      String actor,
      boolean adds,
      long began,
      String outcome,
      Tally.Count seen,
      long ended) {
    boolean is(String how) {
      return outcome.equals(how);
    }
  }

  Findings(List<Stamp> stamps) {
    this.stamps = stamps;
    for (Stamp stamp : stamps) {
      switch (stamp.kind()) {
        case "call" -> began(stamp);
        case "ok", "not", "unknown" -> ended(stamp);
        case "claimed", "wrote" ->
            accepted.computeIfAbsent(stamp.word(0), actor -> new ArrayList<>()).add(stamp);
        default -> {}
      }
      if (stamp.kind().equals("wrote")) {
        written.merge(lastOf(stamp), 1, Integer::sum);
      }
    }
  }

  private static String name(Stamp stamp) {
    return stamp.word(0) + "#" + stamp.word(1) + "#" + stamp.word(2);
  }

  private void began(Stamp stamp) {
    Called called =
        new Called(
            stamp.word(0),
            name(stamp),
            stamp.word(3),
            stamp.word(4).equals("add"),
            stamp.nanos(),
            "unknown",
            Tally.Count.initial(),
            Long.MAX_VALUE);
    calls.put(called.name(), called);
  }

  private void ended(Stamp stamp) {
    boolean answered = stamp.kind().equals("ok");
    calls.computeIfPresent(
        name(stamp),
        (name, call) ->
            new Called(
                call.caller,
                name,
                call.actor,
                call.adds,
                call.began,
                stamp.kind(),
                answered ? new Tally.Count(stamp.number(3), stamp.word(4)) : call.seen,
                stamp.nanos()));
  }

  private static String lastOf(Stamp wrote) {
    Matcher matcher = VALUE.matcher(wrote.word(4));
    return matcher.find() ? matcher.group(1) : "";
  }

  long count(String outcome) {
    return calls.values().stream().filter(call -> call.is(outcome)).count();
  }

  List<Called> calls() {
    return List.copyOf(calls.values());
  }

  /** Turns of one actor that surely ran at the same time. */
  List<Claims.Overlap> overlaps() {
    Map<String, Stamp> begun = new HashMap<>();
    List<Claims.Claim> turns = new ArrayList<>();
    for (Stamp stamp : stamps) {
      switch (stamp.kind()) {
        case "began" -> begun.put(turn(stamp), stamp);
        case "ended" -> claim(begun.remove(turn(stamp)), stamp.nanos(), turns);
        // What it did after its first moment nobody can say; that moment counts.
        case "fenced" -> {
          Stamp first = begun.remove(turn(stamp));
          claim(first, first == null ? 0 : first.nanos(), turns);
        }
        default -> {}
      }
    }
    begun.values().forEach(first -> claim(first, first.nanos(), turns));
    return Claims.overlaps(turns);
  }

  /** A turn that began late, without a lease, is not begun here. */
  private static void claim(Stamp began, long to, List<Claims.Claim> turns) {
    if (began != null) {
      turns.add(new Claims.Claim(began.word(0), turn(began), began.nanos(), to));
    }
  }

  private static String turn(Stamp stamp) {
    return stamp.word(1) + "/" + stamp.word(2);
  }

  /**
   * Activations that began more than one turn without their node's lease. One is what a process can
   * do that is stopped between the question for the lease and the turn.
   */
  List<String> turnsWithoutLease() {
    Map<String, Integer> late = new TreeMap<>();
    for (Stamp stamp : stamps) {
      if (stamp.kind().equals("late")) {
        late.merge(stamp.word(0) + " as " + stamp.word(1), 1, Integer::sum);
      }
    }
    return late.entrySet().stream().filter(e -> e.getValue() > 1).map(Object::toString).toList();
  }

  /** Activations that took up what was not left by the one right before them. */
  List<Stamp> stale() {
    return stamps.stream().filter(stamp -> stamp.kind().equals("stale")).toList();
  }

  /** Writes that the store accepted after it had accepted something with a greater fence. */
  List<String> fencedWrites() {
    List<String> wrong = new ArrayList<>();
    accepted.forEach(
        (actor, steps) -> {
          Fence greatest = new Fence(Long.MIN_VALUE, Long.MIN_VALUE);
          long version = 0;
          for (Stamp step : steps) {
            Fence fence = new Fence(step.number(1), step.number(2));
            boolean writes = step.kind().equals("wrote");
            if (fence.compareTo(greatest) < 0) {
              wrong.add("%s of %s with %s after %s".formatted(step, actor, fence, greatest));
            } else {
              greatest = fence;
            }
            if (step.number(3) != version + (writes ? 1 : 0)) {
              wrong.add("%s of %s after version %d".formatted(step, actor, version));
            }
            version = step.number(3);
          }
        });
    return wrong;
  }

  /** Of what callers were told: what the store says about it otherwise. */
  List<String> lostOrDenied() {
    List<String> wrong = new ArrayList<>();
    for (Called call : calls.values()) {
      int times = written.getOrDefault(call.name, 0);
      if (call.adds && call.is("ok") && times == 0) {
        wrong.add("acknowledged and lost: " + call);
      } else if (call.is("not") && times > 0) {
        wrong.add("denied and done: " + call);
      } else if (times > 1) {
        wrong.add("done %d times: %s".formatted(times, call));
      }
    }
    return wrong;
  }

  /** Whether for each actor there is an order that explains every answer. */
  Verdict<?, ?, ?> order() {
    return TallyOrder.check(calls.values());
  }

  /** How many processes left in order, and of how many calls that came to them they refused. */
  String departures() {
    List<Stamp> drained = stamps.stream().filter(s -> s.kind().equals("drained")).toList();
    return "%d left with %d actors, passed on %d calls and refused %d"
        .formatted(drained.size(), sum(drained, 1), sum(drained, 3), sum(drained, 4));
  }

  private static long sum(List<Stamp> some, int word) {
    return some.stream().mapToLong(stamp -> stamp.number(word)).sum();
  }

  @Override
  public String toString() {
    Set<String> activations = new TreeSet<>();
    Map<String, Long> kinds = new TreeMap<>();
    for (Stamp stamp : stamps) {
      kinds.merge(stamp.kind(), 1L, Long::sum);
      if (stamp.kind().equals("began")) {
        activations.add(stamp.word(1));
      }
    }
    return ("acknowledged %d, unknown %d, not executed %d; %d turns of %d activations, %d cut off"
            + " by the lease and %d begun without it; %d took up what was left in memory; %d"
            + " states claimed and %d written; %s")
        .formatted(
            count("ok"),
            count("unknown"),
            count("not"),
            kinds.getOrDefault("began", 0L),
            activations.size(),
            kinds.getOrDefault("fenced", 0L),
            kinds.getOrDefault("late", 0L),
            kinds.getOrDefault("carried", 0L),
            kinds.getOrDefault("claimed", 0L),
            kinds.getOrDefault("wrote", 0L),
            departures());
  }
}
