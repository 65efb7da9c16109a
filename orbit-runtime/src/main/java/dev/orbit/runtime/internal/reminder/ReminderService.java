package dev.orbit.runtime.internal.reminder;

import dev.orbit.api.Reminder;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StoredReminder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reminders of the partitions of one life of this node.
 *
 * <p>A reminder that is held in memory is in one of these phases:
 *
 * <pre>
 *   WAITING     --its time has come-->      READY       waits for room among those being delivered
 *   READY       --room-->                   DELIVERING  the actor's turn is under way
 *   DELIVERING  --ran-->                    MOVING      the store is told of the next occurrence
 *   DELIVERING  --failed-->                 WAITING     for a second try, after a pause
 *   MOVING      --moved, due soon-->        WAITING     as the next occurrence
 *   MOVING      --moved, or set anew-->     forgotten
 *   any         --cancelled, partition lost--> forgotten; a turn under way runs to its end
 * </pre>
 *
 * <p>All of that happens under the lock of this object, and what blocks outside it.
 */
public final class ReminderService {
  /** How often the store is read. A reminder set through another node may be late by so much. */
  static final Duration POLL_PERIOD = Duration.ofMillis(500);

  /** What is due within this time is held in memory: four polls, so that one may fail. */
  static final Duration HORIZON = Duration.ofSeconds(2);

  /** How many are held in memory; the rest waits in the store until these are through. */
  static final int MOST_HELD = 20_000;

  /** How many are delivered at once. More would only queue elsewhere. */
  static final int MOST_DELIVERING = 256;

  private static final Logger LOG = LoggerFactory.getLogger(ReminderService.class);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Environment environment;
  private final String cluster;
  private final ReminderStore store;
  private final OwnPartitions partitions;
  private final Delivery delivery;
  private final ReminderMoves moves;
  private final Map<ReminderKey, Held> held = new HashMap<>();
  private final ArrayDeque<Held> ready = new ArrayDeque<>();
  private final AtomicBoolean polling = new AtomicBoolean();
  private @Nullable Cancellable poll;
  // What was set, moved or cancelled since the store was last read: that reading is older.
  private final Set<ReminderKey> changed = new HashSet<>();
  private int delivering;
  private boolean stopped;

  private enum Phase {
    WAITING,
    READY,
    DELIVERING,
    MOVING
  }

  /** A reminder in memory. Guarded by the service's lock. */
  private static final class Held {
    private final StoredReminder reminder;
    private Phase phase = Phase.WAITING;
    private int failures;
    private @Nullable Cancellable timer;

    Held(StoredReminder reminder) {
      this.reminder = reminder;
    }
  }

  /**
   * A service that does nothing before it is {@linkplain #start started}.
   *
   * @param cluster the name of the cluster
   * @param partitions which of them this life owns
   */
  public ReminderService(
      Environment environment,
      String cluster,
      ReminderStore store,
      OwnPartitions partitions,
      Delivery delivery) {
    this.environment = environment;
    this.cluster = cluster;
    this.store = store;
    this.partitions = partitions;
    this.delivery = delivery;
    this.moves = new ReminderMoves(environment, store, this::moved);
  }

  String cluster() {
    return cluster;
  }

  int partitionOf(AddressableReference actor) {
    return partitions.partitionOf(actor);
  }

  ReminderStore store() {
    return store;
  }

  Instant now() {
    return environment.wallTime();
  }

  /** Begins to deliver. */
  public synchronized void start() {
    if (!stopped && poll == null) {
      poll =
          environment.scheduleRepeatedly(
              POLL_PERIOD,
              () -> {
                if (polling.compareAndSet(false, true)) {
                  environment.virtualThreads().execute(this::poll);
                }
              });
    }
  }

  /** Delivers nothing any more; what is being delivered runs to its end. Idempotent. */
  public synchronized void stop() {
    stopped = true;
    if (poll != null) {
      poll.cancel();
    }
    held.values().forEach(ReminderService::cancelTimer);
    held.clear();
    ready.clear();
    moves.stop();
  }

  /** How many reminders are held in memory. */
  public synchronized int size() {
    return held.size();
  }

  /** A reminder was set through this node. */
  synchronized void onSet(StoredReminder reminder) {
    changed.add(reminder.key());
    forget(reminder.key());
    if (!reminder.due().isAfter(now().plus(HORIZON))
        && partitions.now().get(reminder.partition())) {
      hold(reminder);
    }
  }

  /** A reminder was cancelled through this node. */
  synchronized void onCancelled(ReminderKey key) {
    changed.add(key);
    forget(key);
  }

  private void poll() {
    try {
      beginReading();
      BitSet own = partitions.now();
      Instant until = now().plus(HORIZON);
      List<StoredReminder> due =
          own.isEmpty() ? List.of() : store.due(cluster, own, until, MOST_HELD);
      take(own, due, until);
    } catch (StorageException e) {
      LOG.warn("event=reminders-not-read reason={} next=retry", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("event=reminders-not-read next=retry", e);
    } finally {
      polling.set(false);
    }
  }

  private synchronized void beginReading() {
    changed.clear();
  }

  private synchronized void take(BitSet own, List<StoredReminder> due, Instant until) {
    if (stopped) {
      return;
    }
    Set<ReminderKey> stored = new HashSet<>();
    due.forEach(reminder -> stored.add(reminder.key()));
    boolean sawAll = due.size() < MOST_HELD;
    for (Held each : List.copyOf(held.values())) {
      boolean lost = !own.get(each.reminder.partition());
      boolean gone =
          sawAll
              && each.phase == Phase.WAITING
              && !each.reminder.due().isAfter(until)
              && !changed.contains(each.reminder.key())
              && !stored.contains(each.reminder.key());
      if (lost || gone) {
        forget(each.reminder.key());
      }
    }
    for (StoredReminder reminder : due) {
      if (!changed.contains(reminder.key())) {
        take(reminder);
      }
    }
  }

  private void take(StoredReminder reminder) {
    Held present = held.get(reminder.key());
    if (present == null) {
      hold(reminder);
    } else if (!present.reminder.registration().equals(reminder.registration())
        || (present.phase == Phase.WAITING && !present.reminder.isSameOccurrence(reminder))) {
      forget(reminder.key());
      hold(reminder);
    }
  }

  private void hold(StoredReminder reminder) {
    if (!stopped && held.size() < MOST_HELD) {
      Held each = new Held(reminder);
      held.put(reminder.key(), each);
      await(each, Duration.between(now(), reminder.due()));
    }
  }

  private void await(Held each, Duration delay) {
    each.phase = Phase.WAITING;
    if (delay.isPositive()) {
      each.timer = environment.schedule(delay, () -> timeHasCome(each));
    } else {
      enqueue(each);
    }
  }

  private synchronized void timeHasCome(Held each) {
    if (isHeld(each) && each.phase == Phase.WAITING) {
      enqueue(each);
    }
  }

  private void enqueue(Held each) {
    each.timer = null;
    each.phase = Phase.READY;
    ready.add(each);
    deliverReady();
  }

  private boolean isHeld(Held each) {
    return held.get(each.reminder.key()) == each;
  }

  private void forget(ReminderKey key) {
    Held each = held.remove(key);
    if (each != null) {
      cancelTimer(each);
    }
  }

  private static void cancelTimer(Held each) {
    if (each.timer != null) {
      each.timer.cancel();
    }
  }

  /** Fills the room among those being delivered. */
  private void deliverReady() {
    while (!stopped && delivering < MOST_DELIVERING && !ready.isEmpty()) {
      Held each = ready.remove();
      if (isHeld(each) && each.phase == Phase.READY) {
        delivering++;
        each.phase = Phase.DELIVERING;
        environment.virtualThreads().execute(() -> deliver(each));
      }
    }
  }

  private void deliver(Held each) {
    StoredReminder reminder = each.reminder;
    try {
      Plan plan = Plan.parse(reminder.schedule());
      Optional<StoredReminder> next = plan.next(reminder, now());
      if (next.filter(reminder::isSameOccurrence).isEmpty()) {
        // Too many were missed, or too long ago: move on without delivering.
        delivered(each, next);
        return;
      }
      var _ =
          delivery
              .deliver(reminder.key().actor(), occurrence(reminder))
              .whenComplete(
                  (_, failure) -> {
                    if (failure == null) {
                      delivered(each, plan.following(reminder, now()));
                    } else {
                      failed(each, failure);
                    }
                  });
    } catch (RuntimeException e) {
      failed(each, e);
    }
  }

  private static Reminder occurrence(StoredReminder reminder) {
    return new Reminder(
        reminder.key().name(),
        reminder.registration() + "-" + reminder.occurrence(),
        reminder.occurrence(),
        reminder.due());
  }

  private synchronized void delivered(Held each, Optional<StoredReminder> next) {
    delivering--;
    if (!stopped) {
      // Also of one that is not held any more: that its turn has run is still worth knowing.
      each.phase = Phase.MOVING;
      moves.add(new ReminderStore.Advance(each.reminder, next));
      deliverReady();
    }
  }

  private synchronized void failed(Held each, Throwable failure) {
    delivering--;
    if (isHeld(each)) {
      each.failures++;
      Duration pause = pauseAfter(each.failures);
      LOG.warn(
          "event=reminder-failed reminder={} occurrence={} failures={} retry-in={} reason={}",
          each.reminder.key(),
          each.reminder.occurrence(),
          each.failures,
          pause,
          failure.toString());
      await(each, pause);
    }
    deliverReady();
  }

  private static Duration pauseAfter(int failures) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 6));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /** The store has moved a reminder on, or knew better. */
  private synchronized void moved(ReminderStore.Advance advance) {
    changed.add(advance.from().key());
    Held present = held.get(advance.from().key());
    if (present != null && present.reminder.isSameOccurrence(advance.from())) {
      forget(advance.from().key());
      advance.to().filter(next -> !next.due().isAfter(now().plus(HORIZON))).ifPresent(this::hold);
    }
  }
}
