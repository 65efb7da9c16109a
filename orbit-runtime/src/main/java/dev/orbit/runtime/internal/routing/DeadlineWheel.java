package dev.orbit.runtime.internal.routing;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.runtime.internal.hosting.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Expires calls at their deadline, at most two ticks late.
 *
 * <p>A timer for each call would cost more than the call. Here a call is put into the slot of its
 * deadline and taken out when it is answered; a tick looks at the calls of one slot. Calls of a
 * later round of the wheel stay.
 *
 * <p>Thread-safe. Holds the calls under way on this node and no others.
 */
final class DeadlineWheel {
  private static final int SLOTS = 512;
  private static final Duration TICK = Duration.ofMillis(10);

  private final Environment environment;
  private final String node;
  private final List<Set<Call>> slots = new ArrayList<>(SLOTS);
  private final Cancellable ticking;
  private final long originNanos;
  private long nextTick;

  DeadlineWheel(Environment environment, String node) {
    this.environment = environment;
    this.node = node;
    this.originNanos = environment.nanoTime();
    for (int i = 0; i < SLOTS; i++) {
      slots.add(ConcurrentHashMap.newKeySet());
    }
    this.ticking = environment.scheduleRepeatedly(TICK, this::tick);
  }

  void add(Call call) {
    slot(call).add(call);
  }

  void remove(Call call) {
    slot(call).remove(call);
  }

  private Set<Call> slot(Call call) {
    return slots.get((int) Math.floorMod(tickOf(call.context().deadlineNanos()), (long) SLOTS));
  }

  /** The first tick that is not before the deadline. */
  private long tickOf(long nanos) {
    return Math.floorDiv(nanos - originNanos, TICK.toNanos()) + 1;
  }

  /** Catches up with every tick since the last time: the timer may be late. */
  private void tick() {
    long now = environment.nanoTime();
    long last = tickOf(now) - 1;
    // After a long pause one round has seen every slot.
    nextTick = Math.max(nextTick, last - SLOTS);
    while (nextTick <= last) {
      for (Call call : slots.get((int) Math.floorMod(nextTick, (long) SLOTS))) {
        if (call.context().isExpired(now)) {
          remove(call);
          call.expire(node);
        }
      }
      nextTick++;
    }
  }

  void stop() {
    ticking.cancel();
  }
}
