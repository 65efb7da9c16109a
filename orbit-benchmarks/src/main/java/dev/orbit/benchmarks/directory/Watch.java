package dev.orbit.benchmarks.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.OrbitException;
import dev.orbit.runtime.OrbitNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Calls a few hundred actors again and again, one call each under way, and keeps how long the
 * longest wait for an answer of each was, and when it was over. What fails is asked again; it
 * counts from the first time.
 */
final class Watch {
  private static final int WATCHED = 200;

  /** Seldom enough to leave the processors to what is measured. */
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final OrbitNode node;
  private final Class<? extends Idle> type;
  private final String typeName;
  private final long[] keys;
  private final long[] worstNanos = new long[WATCHED];
  private final long[] answeredAtNanos = new long[WATCHED];
  private final List<Place> places = new ArrayList<>();
  private final List<Thread> callers = new ArrayList<>();
  private volatile boolean over;

  /** What an actor depends on. */
  private record Place(Optional<MemberId> owner, Optional<MemberId> host) {}

  /** Of as many actors from a key on. */
  Watch(OrbitNode node, Class<? extends Idle> type, String typeName, long from, long actors) {
    this.node = node;
    this.type = type;
    this.typeName = typeName;
    long step = Math.max(1, actors / WATCHED);
    this.keys = LongStream.range(0, WATCHED).map(i -> from + i * step).toArray();
  }

  void begin() {
    for (int i = 0; i < keys.length; i++) {
      places.add(new Place(owner(keys[i]), node.explain(actor(keys[i]), ANSWER).host()));
      int number = i;
      callers.add(Thread.startVirtualThread(() -> call(number)));
    }
  }

  private AddressableReference actor(long key) {
    return new AddressableReference(typeName, Key.of(key));
  }

  private Optional<MemberId> owner(long key) {
    return node.view().partitions().owner(actor(key));
  }

  /** Whether it has neither another owner now nor lost its host. */
  private boolean isUntouched(int number) {
    Place before = places.get(number);
    return owner(keys[number]).equals(before.owner())
        && before.host().filter(host -> !node.view().contains(host)).isEmpty();
  }

  private void call(int number) {
    Idle actor = node.actors().get(type, keys[number]);
    while (!over) {
      long begun = System.nanoTime();
      while (!isAnswered(actor)) {
        LockSupport.parkNanos(AGAIN_NANOS);
      }
      long now = System.nanoTime();
      if (now - begun > worstNanos[number]) {
        worstNanos[number] = now - begun;
        answeredAtNanos[number] = now;
      }
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
  }

  private static boolean isAnswered(Idle actor) {
    try {
      return actor.touch() == 1;
    } catch (OrbitException e) {
      return false;
    }
  }

  /**
   * The longest waits of those that were not touched and of those that were; and of the latter,
   * when the first and the last was over.
   */
  String end() throws InterruptedException {
    over = true;
    for (Thread caller : callers) {
      caller.join();
    }
    List<Long> moved = new ArrayList<>();
    List<Long> stayed = new ArrayList<>();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (int i = 0; i < keys.length; i++) {
      if (isUntouched(i)) {
        stayed.add(worstNanos[i]);
      } else {
        moved.add(worstNanos[i]);
        first = Math.min(first, answeredAtNanos[i]);
        last = Math.max(last, answeredAtNanos[i]);
      }
    }
    return "stayed %s moved %s %d %d".formatted(summary(stayed), summary(moved), first, last);
  }

  /** Number, and of their longest waits the median and the longest in milliseconds. */
  private static String summary(List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    long most = Arrays.stream(sorted).max().orElse(0);
    long median = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    return "%d %.1f %.1f".formatted(sorted.length, median / 1e6, most / 1e6);
  }
}
