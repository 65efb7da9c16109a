package dev.orbit.testkit.time;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Time, tasks and randomness of one simulated node.
 *
 * <p>Two things that befall real processes are told apart. A <em>pause</em> (a long collection, a
 * stopped process) lets the clock run on while no task runs; afterwards all that came due runs at
 * once, late. A clock that <em>drifts</em> runs at another rate than true time; a rate of 0 is a
 * clock that stands still, as in a suspended virtual machine when it is combined with a pause.
 *
 * <p>Belongs to the thread of its {@link SimulatedEnvironment}.
 */
public final class SimulatedNode implements Environment {
  /** The fastest that a clock can run. */
  public static final double MAX_RATE = 1000.0;

  private final SimulatedEnvironment simulation;
  private final String name;
  private final RandomGenerator random;
  private final SimulatedClock clock;
  private final TreeSet<SimulatedEvent> events = new TreeSet<>();
  private Duration wallOffset = Duration.ZERO;
  private boolean paused;
  private boolean crashed;

  SimulatedNode(SimulatedEnvironment simulation, String name, long seed, long trueNow) {
    this.simulation = simulation;
    this.name = name;
    this.random = new SplittableRandom(seed);
    this.clock = new SimulatedClock(trueNow);
  }

  /** The name that it was asked for by. */
  public String name() {
    return name;
  }

  /**
   * Lets the clock run at {@code rate} times true time from now on. Tasks that wait come due
   * accordingly.
   *
   * @param rate 0, for a clock that stands still, to {@value #MAX_RATE}
   */
  public void drift(double rate) {
    simulation.checkThread();
    if (!(rate >= 0 && rate <= MAX_RATE)) {
      throw new IllegalArgumentException(
          "clock rate %s is not within 0 to %s".formatted(rate, MAX_RATE));
    }
    clock.setRate(rate, simulation.trueNow());
  }

  /** Runs no task until {@link #resume}; the clock runs on. */
  public void pause() {
    simulation.checkThread();
    paused = true;
  }

  /** Runs tasks again; those that came due during the pause run first, at the present time. */
  public void resume() {
    simulation.checkThread();
    paused = false;
  }

  /** Moves the wall clock, and only it, forward or back. */
  public void stepWallTime(Duration by) {
    simulation.checkThread();
    wallOffset = wallOffset.plus(by);
  }

  /**
   * Ends the node: its tasks are dropped, and what its code still schedules is never run. Asked for
   * its name again, the simulation makes a new node.
   */
  public void crash() {
    simulation.checkThread();
    crashed = true;
    events.clear();
    simulation.forget(this);
  }

  /** Whether {@link #crash} was called. */
  public boolean isCrashed() {
    return crashed;
  }

  /** How many tasks wait. */
  public int pending() {
    return events.size();
  }

  @Override
  public long nanoTime() {
    simulation.checkThread();
    return clock.localAt(simulation.trueNow());
  }

  @Override
  public Instant wallTime() {
    return SimulatedEnvironment.START.plusNanos(nanoTime()).plus(wallOffset);
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    simulation.checkThread();
    long nanos = Math.max(0, delay.toNanos());
    SimulatedEvent event =
        new SimulatedEvent(this, Math.addExact(nanoTime(), nanos), simulation.nextSequence(), task);
    if (!crashed) {
      events.add(event);
      simulation.checkPending();
    }
    return event;
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    if (period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException("period %s is not positive".formatted(period));
    }
    Repetition repetition = new Repetition(period, task);
    repetition.again();
    return repetition;
  }

  /** Runs every task as an event of its own at the present time; a task must not block. */
  @Override
  public Executor virtualThreads() {
    return task -> schedule(Duration.ZERO, task);
  }

  /** Refuses: a simulation has one thread, the test's. */
  @Override
  public Thread startThread(String threadName, Runnable body) {
    throw new UnsupportedOperationException(
        "thread '%s': a simulation runs on the test's thread alone; use schedule or virtualThreads"
            .formatted(threadName));
  }

  @Override
  public RandomGenerator random() {
    simulation.checkThread();
    return random;
  }

  void cancel(SimulatedEvent event) {
    simulation.checkThread();
    events.remove(event);
  }

  /** The next task that can run, if the node is not paused. */
  @Nullable SimulatedEvent next() {
    return paused || events.isEmpty() ? null : events.first();
  }

  /** When, in true time, a task of this node can run. */
  long trueTimeOf(SimulatedEvent event) {
    return clock.trueTimeOf(event.due());
  }

  void remove(SimulatedEvent event) {
    events.remove(event);
  }

  @Override
  public String toString() {
    return "SimulatedNode[" + name + "]";
  }

  private final class Repetition implements Cancellable {
    private final Duration period;
    private final Runnable task;
    private boolean cancelled;
    private @Nullable Cancellable next;

    Repetition(Duration period, Runnable task) {
      this.period = period;
      this.task = task;
    }

    void again() {
      next = schedule(period, this::run);
    }

    private void run() {
      task.run();
      if (!cancelled) {
        again();
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      if (next != null) {
        next.cancel();
      }
    }
  }
}
