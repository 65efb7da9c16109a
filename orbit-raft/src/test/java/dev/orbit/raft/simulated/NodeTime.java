package dev.orbit.raft.simulated;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * A node's environment in virtual time. Its clock may run fast or slow. While it is paused none of
 * its tasks runs, and the clock goes on; afterwards what was due runs at once, in order. When it is
 * killed nothing of it ever runs again.
 */
public final class NodeTime implements Environment {
  private final VirtualTime time;
  private final double rate;
  private final long origin;
  private List<Runnable> held = new ArrayList<>();
  private boolean paused;
  private boolean killed;

  NodeTime(VirtualTime time, double rate, long origin) {
    this.time = time;
    this.rate = rate;
    this.origin = origin;
  }

  public void pause() {
    paused = true;
  }

  public void resume() {
    paused = false;
    List<Runnable> due = held;
    held = new ArrayList<>();
    due.forEach(task -> time.at(time.now(), () -> run(task)));
  }

  public void kill() {
    killed = true;
  }

  public boolean isPaused() {
    return paused;
  }

  public boolean isKilled() {
    return killed;
  }

  @Override
  public long nanoTime() {
    return origin + (long) (time.now() * rate);
  }

  @Override
  public Instant wallTime() {
    return Instant.ofEpochSecond(1_700_000_000).plusNanos(time.now());
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    boolean[] cancelled = {false};
    Runnable unlessCancelled =
        () -> {
          if (!cancelled[0]) {
            task.run();
          }
        };
    // Rounded up: a timer is never early by its own clock.
    long real = (long) Math.ceil(Math.max(0, delay.toNanos()) / rate) + 1;
    Runnable remove = time.at(time.now() + real, () -> run(unlessCancelled));
    return () -> {
      cancelled[0] = true;
      remove.run();
    };
  }

  @Override
  public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
    Cancellable[] next = {() -> {}};
    boolean[] cancelled = {false};
    Runnable again =
        new Runnable() {
          @Override
          public void run() {
            task.run();
            if (!cancelled[0]) {
              next[0] = schedule(period, this);
            }
          }
        };
    next[0] = schedule(period, again);
    return () -> {
      cancelled[0] = true;
      next[0].cancel();
    };
  }

  @Override
  public Executor virtualThreads() {
    return task -> time.at(time.now(), () -> run(task));
  }

  @Override
  public Thread startThread(String name, Runnable body) {
    throw new UnsupportedOperationException("nothing here needs a thread");
  }

  @Override
  public RandomGenerator random() {
    return time.random();
  }

  private void run(Runnable task) {
    if (killed) {
      return;
    }
    if (paused) {
      held.add(task);
    } else {
      task.run();
    }
  }
}
