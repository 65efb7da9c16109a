package dev.orbit.faults.agreement;

import dev.orbit.faults.Claims;
import dev.orbit.faults.Stamps.Stamp;
import dev.orbit.testkit.history.Linearizability;
import dev.orbit.testkit.history.Operation;
import dev.orbit.testkit.history.RegisterModel;
import dev.orbit.testkit.history.Verdict;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the stamps of a run say. */
final class Findings {
  private final List<Stamp> stamps;

  /** One call as its caller saw it. */
  private record Called(
      String writer,
      int sequence,
      long key,
      RegisterModel.Call call,
      long began,
      String outcome,
      String answer,
      long ended) {
    String id() {
      return writer + "#" + sequence;
    }
  }

  private final Map<String, Called> calls = new LinkedHashMap<>();

  Findings(List<Stamp> stamps) {
    this.stamps = stamps;
    for (Stamp stamp : stamps) {
      switch (stamp.kind()) {
        case "call" -> began(stamp);
        case "ok", "not", "unknown" -> ended(stamp);
        default -> {}
      }
    }
  }

  private void began(Stamp stamp) {
    RegisterModel.Call call =
        switch (stamp.word(3)) {
          case "read" -> new RegisterModel.Call.Read();
          case "write" -> new RegisterModel.Call.Write(stamp.number(4));
          default -> new RegisterModel.Call.CompareAndSet(stamp.number(4), stamp.number(5));
        };
    Called called =
        new Called(
            stamp.word(0),
            (int) stamp.number(1),
            stamp.number(2),
            call,
            stamp.nanos(),
            "unknown",
            "",
            Long.MAX_VALUE);
    calls.put(called.id(), called);
  }

  private void ended(Stamp stamp) {
    calls.computeIfPresent(
        stamp.word(0) + "#" + stamp.word(1),
        (id, c) ->
            new Called(
                c.writer,
                c.sequence,
                c.key,
                c.call,
                c.began,
                stamp.kind(),
                stamp.kind().equals("ok") ? stamp.word(2) : "",
                stamp.nanos()));
  }

  long count(String outcome) {
    return calls.values().stream().filter(call -> call.outcome.equals(outcome)).count();
  }

  /** Of what the caller was told: what the ledger of a voter says about it otherwise. */
  List<String> lostOrDenied() {
    List<String> wrong = new ArrayList<>();
    Map<String, Map<String, BitSet>> ledgers = new TreeMap<>();
    for (Stamp stamp : of("applied").toList()) {
      ledgers
          .computeIfAbsent(stamp.source(), source -> new HashMap<>())
          .put(stamp.word(1), bits(stamp.word(3)));
    }
    ledgers.forEach(
        (voter, ledger) ->
            calls
                .values()
                .forEach(
                    call -> {
                      boolean applied =
                          ledger.getOrDefault(call.writer, new BitSet()).get(call.sequence);
                      if (call.outcome.equals("ok") && !applied) {
                        wrong.add("acknowledged and lost on " + voter + ": " + call);
                      } else if (call.outcome.equals("not") && applied) {
                        wrong.add("denied and applied on " + voter + ": " + call);
                      }
                    }));
    return wrong;
  }

  /** Commands that a voter applied more than once. */
  List<String> doubled() {
    return of("applied")
        .filter(stamp -> stamp.number(2) > 0)
        .map(
            stamp ->
                "%s times too often on %s: %s"
                    .formatted(stamp.word(2), stamp.source(), stamp.word(1)))
        .toList();
  }

  /** Places of the log at which two voters applied different commands. */
  List<String> diverged() {
    Map<Long, Set<String>> digests = new TreeMap<>();
    Stream.concat(of("digest"), of("restored"))
        .forEach(
            stamp ->
                digests.computeIfAbsent(stamp.number(0), at -> new HashSet<>()).add(stamp.word(1)));
    return digests.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(entry -> "command %d: %s".formatted(entry.getKey(), entry.getValue()))
        .toList();
  }

  Verdict<?, ?, ?> order() {
    Map<String, Integer> clients = new HashMap<>();
    Map<Long, List<Operation<RegisterModel.Call, RegisterModel.Answer>>> byKey = new TreeMap<>();
    for (Called call : calls.values()) {
      if (call.outcome.equals("not")) {
        continue;
      }
      int client = clients.computeIfAbsent(call.writer, writer -> clients.size());
      byKey
          .computeIfAbsent(call.key, key -> new ArrayList<>())
          .add(
              call.outcome.equals("ok")
                  ? Operation.answered(
                      client,
                      call.call,
                      Registers.answer(call.call, call.answer),
                      call.began,
                      call.ended)
                  : Operation.unknown(client, call.call, call.began));
    }
    Verdict<?, ?, ?> verdict = new Verdict.Linearizable<>();
    for (List<Operation<RegisterModel.Call, RegisterModel.Answer>> history : byKey.values()) {
      Verdict<?, ?, ?> found = Linearizability.check(new RegisterModel(), history);
      if (found instanceof Verdict.NotLinearizable) {
        return found;
      }
      if (!(found instanceof Verdict.Linearizable)) {
        verdict = found;
      }
    }
    return verdict;
  }

  /** From when to when each life of each node surely believed that it held its lease. */
  List<Claims.Claim> leases() {
    Map<String, Long> from = new HashMap<>();
    Map<String, Claims.Claim> claims = new LinkedHashMap<>();
    for (Stamp stamp : stamps) {
      switch (stamp.kind()) {
        case "holds" -> from.put(life(stamp), stamp.nanos());
        case "held" -> {
          Long began = from.get(life(stamp));
          if (began != null && stamp.nanos() >= began) {
            claims.put(
                life(stamp), new Claims.Claim(stamp.word(0), life(stamp), began, stamp.nanos()));
          }
        }
        default -> {}
      }
    }
    return List.copyOf(claims.values());
  }

  /** Lives that a view lacked while they still believed that they held their lease. */
  List<String> deadWhileHolding() {
    Map<String, Stamp> gone = new HashMap<>();
    of("gone").forEach(stamp -> gone.putIfAbsent(life(stamp), stamp));
    return leases().stream()
        .filter(claim -> gone.containsKey(claim.holder()))
        .filter(claim -> claim.to() > gone.get(claim.holder()).nanos())
        .map(
            claim ->
                "%s was declared dead at %,d as %s saw it, and still held its lease %,d us later"
                    .formatted(
                        claim.holder(),
                        gone.get(claim.holder()).nanos(),
                        gone.get(claim.holder()).source(),
                        TimeUnit.NANOSECONDS.toMicros(
                            claim.to() - gone.get(claim.holder()).nanos())))
        .toList();
  }

  /** Views that a process did not see one after the other while it held its lease. */
  List<String> skippedViews() {
    List<String> skipped = new ArrayList<>();
    Map<String, Long> last = new HashMap<>();
    Set<String> members = new HashSet<>();
    for (Stamp stamp : stamps) {
      String source = stamp.source();
      switch (stamp.kind()) {
        case "starts" -> {
          last.remove(source);
          members.remove(source);
        }
        case "holds" -> members.add(source);
        case "lost" -> members.remove(source);
        case "view" -> {
          Long before = last.put(source, stamp.number(0));
          boolean follows =
              before == null
                  || (members.contains(source)
                      ? stamp.number(0) == before + 1
                      : stamp.number(0) > before);
          if (!follows) {
            skipped.add("%s saw view %s after %s".formatted(source, stamp.word(0), before));
          }
        }
        default -> {}
      }
    }
    return skipped;
  }

  /** Terms in which somebody led. */
  long elections() {
    return of("leads").map(stamp -> stamp.word(0)).distinct().count();
  }

  long stampsOf(String kind) {
    return of(kind).count();
  }

  /** The longest time in which nobody's call was acknowledged, in milliseconds. */
  long longestSilenceMillis() {
    List<Long> acknowledged = of("ok").map(Stamp::nanos).sorted().toList();
    long longest = 0;
    for (int i = 1; i < acknowledged.size(); i++) {
      longest = Math.max(longest, acknowledged.get(i) - acknowledged.get(i - 1));
    }
    return TimeUnit.NANOSECONDS.toMillis(longest);
  }

  @Override
  public String toString() {
    return ("acknowledged %d, unknown %d, not executed %d, elections %d, longest without an"
            + " acknowledgement %d ms, snapshots %d, restored %d, lives of members %d, expired %d")
        .formatted(
            count("ok"),
            count("unknown"),
            count("not"),
            elections(),
            longestSilenceMillis(),
            stampsOf("snapshot"),
            stampsOf("restored"),
            leases().size(),
            of("gone").map(Findings::life).distinct().count());
  }

  private Stream<Stamp> of(String kind) {
    return stamps.stream().filter(stamp -> stamp.kind().equals(kind));
  }

  private static String life(Stamp stamp) {
    return stamp.word(0) + "@" + stamp.word(1);
  }

  private static BitSet bits(String words) {
    String inside = words.substring(1, words.length() - 1);
    return inside.isEmpty()
        ? new BitSet()
        : BitSet.valueOf(Stream.of(inside.split(",", -1)).mapToLong(Long::parseLong).toArray());
  }
}
