package dev.orbit.testkit.time;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An environment with virtual time.
 *
 * <p>Time stands still until {@link #advance} moves it from event to event. What comes due first
 * runs first; of what comes due at the same time, what was scheduled first. Nothing else decides,
 * so two runs with one seed are the same to the last event.
 *
 * <p>The environment itself is that of the test and of what belongs to no node; {@link #node} gives
 * each simulated node its own view. A task that throws ends the simulation: {@link #advance} throws
 * a {@link SimulationFailure} with the seed, and from then on every attempt to go on throws the
 * same.
 *
 * <p>Belongs to the thread that made it; another that uses it gets an {@link
 * IllegalStateException}.
 */
public final class SimulatedEnvironment implements Environment {
  /** The wall-clock time at which every simulation begins. */
  public static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  /**
   * The most events at one moment: a simulation that exceeds it goes round in a circle without time
   * passing.
   */
  public static final int MAX_EVENTS_AT_ONCE = 1_000_000;

  /** The most events that can wait; more is a leak in what is simulated. */
  public static final int MAX_PENDING = 1_000_000;

  private static final String OWN_VIEW = "";

  private final long seed;
  private final Thread owner = Thread.currentThread();
  private final Map<String, SimulatedNode> nodes = new LinkedHashMap<>();
  private final SimulatedNode own;
  private long now;
  private long sequence;
  private long lives;
  private boolean running;
  private @Nullable SimulationFailure failure;

  /** A simulation in which all randomness follows from {@code seed}. */
  public SimulatedEnvironment(long seed) {
    this.seed = seed;
    this.own = makeNode(OWN_VIEW);
  }

  /** The seed that it was made with. */
  public long seed() {
    return seed;
  }

  /**
   * The view of the node of that name; the same one each time, until it crashes.
   *
   * @param name not empty
   */
  public SimulatedNode node(String name) {
    checkThread();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of a simulated node is empty");
    }
    SimulatedNode node = nodes.get(name);
    return node != null ? node : makeNode(name);
  }

  private SimulatedNode makeNode(String name) {
    // Each life draws from a stream of its own, so that what one node draws never shifts what
    // another draws.
    long nodeSeed = mix(mix(seed ^ name.hashCode()) + lives++);
    SimulatedNode node = new SimulatedNode(this, name, nodeSeed, now);
    nodes.put(name, node);
    return node;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /**
   * Lets {@code duration} pass, and runs what comes due meanwhile at its time.
   *
   * @throws SimulationFailure if a task throws
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "time does not go back by %s".formatted(duration.negated()));
    }
    run(Math.addExact(now, duration.toNanos()), () -> false);
  }

  /**
   * Runs what is due now, and what that makes due now, without letting time pass.
   *
   * @throws SimulationFailure if a task throws
   */
  public void runUntilIdle() {
    run(now, () -> false);
  }

  /**
   * Lets time pass until {@code condition} holds, which is asked after every event, but at most for
   * {@code bound}.
   *
   * @return whether it holds
   * @throws SimulationFailure if a task throws
   */
  public boolean advanceUntil(BooleanSupplier condition, Duration bound) {
    if (condition.getAsBoolean()) {
      return true;
    }
    run(Math.addExact(now, bound.toNanos()), condition);
    return condition.getAsBoolean();
  }

  private void run(long until, BooleanSupplier enough) {
    checkThread();
    if (running) {
      throw new IllegalStateException("a task of the simulation tried to run the simulation");
    }
    if (failure != null) {
      throw failure;
    }
    running = true;
    try {
      drain(until, enough);
    } finally {
      running = false;
    }
  }

  private void drain(long until, BooleanSupplier enough) {
    int atOnce = 0;
    SimulatedEvent event = earliest(until);
    while (event != null) {
      long time = Math.max(now, event.node().trueTimeOf(event));
      atOnce = time == now ? atOnce + 1 : 1;
      now = time;
      if (atOnce > MAX_EVENTS_AT_ONCE) {
        throw fail("more than %d events at one moment".formatted(MAX_EVENTS_AT_ONCE), null);
      }
      execute(event);
      if (enough.getAsBoolean()) {
        return;
      }
      event = earliest(until);
    }
    now = until;
  }

  private void execute(SimulatedEvent event) {
    event.node().remove(event);
    try {
      event.task().run();
    } catch (Throwable e) {
      throw fail("a task of %s threw %s".formatted(nameOf(event.node()), e), e);
    }
  }

  private static String nameOf(SimulatedNode node) {
    return node.name().isEmpty() ? "the test" : "node '" + node.name() + "'";
  }

  private @Nullable SimulatedEvent earliest(long until) {
    SimulatedEvent best = null;
    long bestTime = until;
    for (SimulatedNode node : nodes.values()) {
      SimulatedEvent candidate = node.next();
      if (candidate == null) {
        continue;
      }
      long time = Math.max(now, node.trueTimeOf(candidate));
      boolean earlier =
          best == null
              ? time <= until
              : time < bestTime || (time == bestTime && candidate.sequence() < best.sequence());
      if (earlier) {
        best = candidate;
        bestTime = time;
      }
    }
    return best;
  }

  private SimulationFailure fail(String description, @Nullable Throwable cause) {
    failure =
        new SimulationFailure(
            seed,
            "after %s of virtual time: %s".formatted(Duration.ofNanos(now), description),
            cause);
    return failure;
  }

  /** How many tasks wait, of all nodes. */
  public int pending() {
    int pending = 0;
    for (SimulatedNode node : nodes.values()) {
      pending += node.pending();
    }
    return pending;
  }

  /** How much true time has passed since the beginning, in nanoseconds; node clocks may differ. */
  @Override
  public long nanoTime() {
    return own.nanoTime();
  }

  @Override
  public Instant wallTime() {
    return own.wallTime();
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    return own.schedule(delay, task);
  }

  /** As {@link Environment#scheduleRepeatedly}, but what the task throws fails the simulation. */
  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    return own.scheduleRepeatedly(period, task);
  }

  /** Runs every task as an event of its own at the present time; a task must not block. */
  @Override
  public Executor virtualThreads() {
    return own.virtualThreads();
  }

  /** Refuses: a simulation has one thread, the test's. */
  @Override
  public Thread startThread(String name, Runnable body) {
    return own.startThread(name, body);
  }

  @Override
  public RandomGenerator random() {
    return own.random();
  }

  long trueNow() {
    return now;
  }

  long nextSequence() {
    return sequence++;
  }

  void forget(SimulatedNode node) {
    nodes.remove(node.name(), node);
  }

  void checkThread() {
    if (!Thread.currentThread().equals(owner)) {
      throw new IllegalStateException(
          "the simulation belongs to thread '%s' and was used by '%s'"
              .formatted(owner.getName(), Thread.currentThread().getName()));
    }
  }

  void checkPending() {
    int pending = pending();
    if (pending > MAX_PENDING) {
      throw new IllegalStateException(
          "%d events wait; the most is %d".formatted(pending, MAX_PENDING));
    }
  }
}
