package dev.orbit.runtime.internal.routing;

import dev.orbit.api.env.Environment;
import dev.orbit.runtime.internal.hosting.LongTurn;
import dev.orbit.runtime.internal.hosting.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after calls that are not answered at once, at their hosts and at their callers: expires
 * them at their deadline, at most two ticks late, has somebody ask whether they wait in a circle,
 * and reports turns that run for long, also when nobody waits for them any more, and those of
 * timers and of an actor's life.
 *
 * <p>A timer for each call would cost more than the call, and so would a set that every call enters
 * and leaves. Here a call is pushed onto a stack; a tick later most of them are answered and
 * forgotten. What is left is looked at in every {@link #ROUND}, and in every tick when its deadline
 * is near. Calls that were given as much time expire in the order in which they arrived, in which
 * they also leave their queues fastest. Where nothing is to be looked after nothing ticks: an idle
 * node does not wake for it. Only {@link #add} is called by many threads; all else belongs to the
 * timer, until the {@link #end}.
 */
final class CallWatch {
  private static final Duration TICK = Duration.ofMillis(10);
  private static final int ROUND = 10;
  private static final long NEAR_NANOS = TICK.multipliedBy(2 * ROUND).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(CallWatch.class);

  private final Environment environment;
  private final String node;
  private final AtomicReference<@Nullable Entry> recent = new AtomicReference<>();

  /** Whether a tick is to come. Whoever turns it on sees to that tick. */
  private final AtomicBoolean ticking = new AtomicBoolean();

  private volatile boolean stopped;
  private volatile boolean ended;
  private List<Watched> near = new ArrayList<>();
  private List<Watched> far = new ArrayList<>();
  private int ticks;
  private final long longTurnNanos;
  private final LongAdder longTurns = new LongAdder();

  /** One that was added, and the one before it; once they are taken, the one after it. */
  private static final class Entry {
    private final Watched watched;
    private @Nullable Entry next;

    Entry(Watched watched) {
      this.watched = watched;
    }
  }

  /**
   * A watch of nothing yet.
   *
   * @param longTurn how long a turn may run before it is reported with its stack
   */
  CallWatch(Environment environment, String node, Duration longTurn) {
    this.environment = environment;
    this.longTurnNanos = longTurn.toNanos();
    this.node = node;
  }

  void add(Watched watched) {
    Entry entry = new Entry(watched);
    Entry before;
    do {
      before = recent.get();
      entry.next = before;
    } while (!recent.compareAndSet(before, entry));
    if (before == null) {
      tickOn();
    }
    if (ended) {
      watched.unwatched(node);
    }
  }

  private void tickOn() {
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      environment.schedule(TICK, this::tick);
    }
  }

  private void tick() {
    long now = environment.nanoTime();
    try {
      // Without a lock: a caller that is told may wait for whoever ends this.
      due(now).forEach(watched -> watched.expire(node, now));
      lookAfterOthers(now);
    } finally {
      tickAgain();
    }
  }

  private synchronized void tickAgain() {
    if (stopped) {
      return;
    }
    if (near.isEmpty() && far.isEmpty()) {
      ticking.set(false);
      // Who added something meanwhile may have seen that it ticks still.
      if (recent.get() != null) {
        tickOn();
      }
    } else {
      environment.schedule(TICK, this::tick);
    }
  }

  private synchronized List<Watched> due(long now) {
    if (stopped) {
      return List.of();
    }
    Entry oldest = oldestFirst(recent.getAndSet(null));
    for (Entry entry = oldest; entry != null; entry = entry.next) {
      keep(entry.watched, now);
    }
    return near.stream().filter(watched -> watched.remainingNanos(now) <= 0).toList();
  }

  private static @Nullable Entry oldestFirst(@Nullable Entry newest) {
    Entry turned = null;
    Entry entry = newest;
    while (entry != null) {
      Entry before = entry.next;
      entry.next = turned;
      turned = entry;
      entry = before;
    }
    return turned;
  }

  private synchronized void lookAfterOthers(long now) {
    if (stopped) {
      return;
    }
    ticks++;
    if (ticks % ROUND == 0) {
      round(now);
    } else {
      near.removeIf(Watched::isOver);
    }
  }

  private void keep(Watched watched, long now) {
    if (!watched.isOver()) {
      (watched.remainingNanos(now) < NEAR_NANOS ? near : far).add(watched);
    }
  }

  private void round(long now) {
    List<Watched> before = near;
    List<Watched> others = far;
    near = new ArrayList<>();
    far = new ArrayList<>();
    before.forEach(watched -> keep(watched, now));
    others.forEach(watched -> keep(watched, now));
    near.forEach(watched -> look(watched, now));
    far.forEach(watched -> look(watched, now));
  }

  private void look(Watched watched, long now) {
    watched.lookForCircle();
    watched
        .longTurn(now, longTurnNanos)
        .ifPresent(
            turn -> {
              longTurns.increment();
              // Writing the log may block, which the timer must not.
              environment.virtualThreads().execute(() -> report(turn));
            });
  }

  private void report(LongTurn turn) {
    LOG.warn(
        "event=long-turn turn={} millis={} stack={}",
        turn.turn(),
        turn.millis(),
        turn.stack().stream()
            .map(StackTraceElement::toString)
            .collect(Collectors.joining("\n\tat ", "\n\tat ", "")));
  }

  /** How many turns have run for longer than they should. */
  long longTurns() {
    return longTurns.sum();
  }

  /** Looks no more, from the next tick on. */
  void stop() {
    stopped = true;
  }

  /** Tells those that are left, and those to come, that nobody looks after them. */
  void end() {
    List<Watched> left = new ArrayList<>();
    synchronized (this) {
      stopped = true;
      ended = true;
      left.addAll(near);
      left.addAll(far);
      for (Entry entry = recent.getAndSet(null); entry != null; entry = entry.next) {
        left.add(entry.watched);
      }
      near.clear();
      far.clear();
    }
    left.forEach(watched -> watched.unwatched(node));
  }
}
