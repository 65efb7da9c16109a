package dev.orbit.faults.activation;

import dev.orbit.api.Actors;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.faults.MonotonicClock;
import dev.orbit.faults.Stamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers with one call under way each. All callers of a run call the same {@value #KEYS} actors,
 * for half a minute, then others: so that a call whose outcome nobody knows burdens the search for
 * an order only a while. What fails is asked again, as another call, until it is answered.
 *
 * <p>Each call is stamped: {@code call} with the caller, the number of the request, the number of
 * the attempt, the actor and what is asked, before it; {@code ok} with what was answered, {@code
 * not} or {@code unknown} after it.
 */
final class Callers {
  static final int KEYS = 200;

  private static final long USED_FOR = TimeUnit.SECONDS.toNanos(30);
  private static final int LOOKED_AT = 10;
  private static final int LOOKERS = 8;
  private static final long REST = TimeUnit.MILLISECONDS.toNanos(50);

  private final Actors actors;
  private final Stamps stamps;
  private final String process;
  private final List<Thread> callers = new ArrayList<>();
  private volatile boolean finished;

  Callers(Actors actors, Stamps stamps, String process) {
    this.actors = actors;
    this.stamps = stamps;
    this.process = process;
  }

  void start(int count) {
    for (int i = 0; i < count; i++) {
      String caller = process + "." + i;
      callers.add(Thread.ofPlatform().daemon().name(caller).start(() -> run(caller)));
    }
  }

  /** No more calls are made. */
  void end() {
    finished = true;
  }

  /** Lets each caller end its call, and returns when they have. */
  void finish() throws InterruptedException {
    end();
    for (Thread caller : callers) {
      caller.join();
    }
  }

  private void run(String caller) {
    Random random = new Random();
    for (int request = 0; !finished; request++) {
      int number = random.nextInt(KEYS);
      String key = window(MonotonicClock.nanos()) + "." + number;
      boolean adds = random.nextInt(5) > 0;
      int attempt = 0;
      while (!call(caller, request, attempt, number, key, adds) && !finished) {
        attempt++;
        LockSupport.parkNanos(REST);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5 + random.nextInt(30)));
    }
  }

  private static long window(long nanos) {
    return nanos / USED_FOR;
  }

  /** Looks at every actor that was used since a moment, or at the latest thousands. */
  void lookAtAll(long sinceNanos, String round) {
    long last = window(MonotonicClock.nanos());
    long first = Math.max(window(sinceNanos), last - LOOKED_AT);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int looker = 0; looker < LOOKERS; looker++) {
        int from = looker;
        var _ =
            threads.submit(() -> look(process + ".look" + round + "." + from, from, first, last));
      }
    }
  }

  private void look(String caller, int from, long first, long last) {
    int request = 0;
    for (long window = first; window <= last; window++) {
      for (int number = from; number < KEYS; number += LOOKERS) {
        int attempt = 0;
        while (!call(caller, request, attempt, number, window + "." + number, false)) {
          attempt++;
          LockSupport.parkNanos(REST);
        }
        request++;
      }
    }
  }

  private boolean call(
      String caller, int request, int attempt, int number, String key, boolean adds) {
    // Every other one roves.
    Class<? extends Tally> contract = number % 2 == 0 ? Tally.class : Tally.Roving.class;
    String actor = (number % 2 == 0 ? "fire.Tally/" : "fire.Roving/") + key;
    String name = caller + "#" + request + "#" + attempt;
    stamps.add("call", caller, request, attempt, actor, adds ? "add" : "look");
    try {
      Tally tally = actors.get(contract, key);
      Tally.Count seen = adds ? tally.add(name) : tally.look();
      stamps.add("ok", caller, request, attempt, seen.count(), seen.last());
      return true;
    } catch (NotExecutedException e) {
      stamps.add("not", caller, request, attempt, e.code());
    } catch (OrbitException e) {
      stamps.add("unknown", caller, request, attempt, e.getMessage().replaceAll("\\s", "_"));
    }
    return false;
  }
}
