package dev.orbit.testkit.net;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What a proxy does to its link at present. Whoever has something to pass on waits here until it
 * may; every change wakes all who wait. Thread-safe.
 */
final class LinkState {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Direction> cut = EnumSet.noneOf(Direction.class);
  private Duration delay = Duration.ZERO;
  private Duration jitter = Duration.ZERO;
  private boolean refusing;

  void cut(Direction direction) {
    change(() -> cut.add(direction));
  }

  void refuse() {
    change(() -> refusing = true);
  }

  void delay(Duration newDelay, Duration newJitter) {
    change(
        () -> {
          delay = newDelay;
          jitter = newJitter;
        });
  }

  void heal() {
    change(
        () -> {
          cut.clear();
          refusing = false;
          delay = Duration.ZERO;
          jitter = Duration.ZERO;
        });
  }

  /** Wakes all who wait, so that they look again whether their connection still lives. */
  void wake() {
    change(() -> {});
  }

  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isRefusing() {
    lock.lock();
    try {
      return refusing;
    } finally {
      lock.unlock();
    }
  }

  /** When something that was read now is to be passed on, by {@link System#nanoTime}. */
  long dueTime() {
    lock.lock();
    try {
      long extra = jitter.isZero() ? 0 : ThreadLocalRandom.current().nextLong(jitter.toNanos() + 1);
      return System.nanoTime() + delay.toNanos() + extra;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a connection can be made, for which packets must pass both ways. */
  boolean awaitOpen(BooleanSupplier alive) throws InterruptedException {
    lock.lock();
    try {
      while (alive.getAsBoolean() && !cut.isEmpty()) {
        changed.await();
      }
      return alive.getAsBoolean();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until {@code due} has come and the direction is not cut.
   *
   * @return whether the connection is still alive
   */
  boolean awaitPassage(Direction direction, long due, BooleanSupplier alive)
      throws InterruptedException {
    lock.lock();
    try {
      while (alive.getAsBoolean()) {
        long wait = due - System.nanoTime();
        if (cut.contains(direction)) {
          changed.await();
        } else if (wait > 0) {
          changed.await(wait, TimeUnit.NANOSECONDS);
        } else {
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }
}
