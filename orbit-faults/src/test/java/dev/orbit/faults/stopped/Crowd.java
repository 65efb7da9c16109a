package dev.orbit.faults.stopped;

import dev.orbit.api.Actors;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers of the actors of one node. Each makes one call after the other, with a rest between them,
 * so that all of them together ask for less than the machine can do and a call that is held up
 * shows. Thread-safe.
 */
final class Crowd {
  /**
   * What so many callers do.
   *
   * @param bytes of each argument, and of each answer
   * @param restMillis between two calls of one of them
   */
  record Callers(int count, int bytes, int restMillis) {}

  /** One call that has ended. */
  private record Ended(long nanos, String outcome) {}

  private static final String OK = "OK";

  private final Actors actors;
  private final List<String> keys;
  private final List<Ended> ended = new ArrayList<>();
  private long since = System.nanoTime();

  /** Calls those actors. */
  Crowd(Actors actors, List<String> keys) {
    this.actors = actors;
    this.keys = keys;
  }

  /** Has so many more call until the process ends. */
  void join(Callers callers) {
    for (int i = 0; i < callers.count; i++) {
      String key = keys.get(i % keys.size());
      long first = TimeUnit.MILLISECONDS.toNanos((long) callers.restMillis * i / callers.count);
      Thread.ofVirtual().start(() -> run(actors.get(Echo.class, key), callers, first));
    }
  }

  private void run(Echo echo, Callers callers, long firstAfter) {
    LockSupport.parkNanos(firstAfter);
    long rest = TimeUnit.MILLISECONDS.toNanos(callers.restMillis);
    while (true) {
      // An array of its own: what is kept of a call is kept of nothing else.
      byte[] payload = new byte[callers.bytes];
      long began = System.nanoTime();
      String outcome = call(echo, payload);
      note(new Ended(System.nanoTime() - began, outcome));
      LockSupport.parkNanos(rest);
    }
  }

  private static String call(Echo echo, byte[] payload) {
    try {
      return echo.echo(payload).length == payload.length ? OK : "other bytes";
    } catch (OrbitException e) {
      return e.code().name();
    } catch (RuntimeException e) {
      return e.getClass().getName();
    }
  }

  private synchronized void note(Ended call) {
    ended.add(call);
  }

  /** What has ended since this was asked last, as words for {@link Figures#parse}. */
  synchronized String figures() {
    long now = System.nanoTime();
    Map<String, Integer> failures = new TreeMap<>();
    List<Long> answered = new ArrayList<>();
    long longest = 0;
    for (Ended call : ended) {
      longest = Math.max(longest, call.nanos);
      if (call.outcome.equals(OK)) {
        answered.add(call.nanos);
      } else {
        failures.merge(call.outcome, 1, Integer::sum);
      }
    }
    answered.sort(null);
    Figures figures =
        new Figures(
            answered.size() / ((now - since) / 1e9),
            percentile(answered, 0.5),
            percentile(answered, 0.99),
            longest / 1e6,
            failures);
    ended.clear();
    since = now;
    return figures.words();
  }

  private static double percentile(List<Long> sorted, double share) {
    return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1))) / 1e6;
  }

  /**
   * How calls went for a while.
   *
   * @param perSecond how many were answered
   * @param p50Millis of those that were
   * @param p99Millis of those that were
   * @param longestMillis of all, those that failed too
   * @param failures how many failed, by their code
   */
  record Figures(
      double perSecond,
      double p50Millis,
      double p99Millis,
      double longestMillis,
      Map<String, Integer> failures) {
    private static final int NUMBERS = 4;

    String words() {
      StringBuilder words =
          new StringBuilder(
              "%.1f %.2f %.2f %.1f".formatted(perSecond, p50Millis, p99Millis, longestMillis));
      failures.forEach((code, count) -> words.append(' ').append(code).append('=').append(count));
      return words.toString();
    }

    static Figures parse(String words) {
      List<String> all = List.of(words.split(" "));
      Map<String, Integer> failures = new TreeMap<>();
      for (String failure : all.subList(NUMBERS, all.size())) {
        int equals = failure.indexOf('=');
        failures.put(failure.substring(0, equals), Integer.valueOf(failure.substring(equals + 1)));
      }
      return new Figures(
          Double.parseDouble(all.get(0)),
          Double.parseDouble(all.get(1)),
          Double.parseDouble(all.get(2)),
          Double.parseDouble(all.get(3)),
          failures);
    }

    /** Whether each failure is one of these. */
    boolean failedOnlyBy(List<ErrorCode> codes) {
      return codes.stream().map(ErrorCode::name).toList().containsAll(failures.keySet());
    }

    @Override
    public String toString() {
      return "%.0f/s p50 %.2f ms p99 %.2f ms longest %.0f ms failed %s"
          .formatted(perSecond, p50Millis, p99Millis, longestMillis, failures);
    }
  }
}
