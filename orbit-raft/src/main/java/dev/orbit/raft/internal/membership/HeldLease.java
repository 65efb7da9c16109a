package dev.orbit.raft.internal.membership;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of one life of this node.
 *
 * <p>One number says all: until when it is held, or {@link #LOST}. Whoever finds that the time is
 * over sets it to lost before he says so; an extension that comes in between finds it lost and does
 * nothing. So nobody is told "held" after anybody was told "not held".
 *
 * <p>Thread-safe.
 */
public final class HeldLease implements NodeLease {
  private static final Logger log = LoggerFactory.getLogger(HeldLease.class);
  private static final long LOST = Long.MIN_VALUE;

  private final Environment environment;
  private final MemberId member;
  private final AtomicLong until;
  private volatile long newestUntil;
  private final Object lock = new Object();
  // Guarded by the lock: null once they have run.
  private @Nullable List<Runnable> actions = new ArrayList<>();
  private Cancellable timer = () -> {};

  /**
   * A lease that is held until {@code untilNanos}.
   *
   * @param untilNanos by the environment's {@link Environment#nanoTime}
   */
  public HeldLease(Environment environment, MemberId member, long untilNanos) {
    this.environment = environment;
    this.member = member;
    this.until = new AtomicLong(notLost(untilNanos));
    this.newestUntil = untilNanos;
    if (isHeld()) {
      watch(untilNanos);
    }
  }

  @Override
  public MemberId member() {
    return member;
  }

  @Override
  public boolean isHeld() {
    long seen = until.get();
    while (seen != LOST) {
      if (environment.nanoTime() - seen < 0) {
        return true;
      }
      if (until.compareAndSet(seen, LOST)) {
        log.warn("lease lost, member={} reason=not renewed in time", member);
        end();
        return false;
      }
      seen = until.get();
    }
    return false;
  }

  @Override
  public long heldUntilNanos() {
    return newestUntil;
  }

  @Override
  public Cancellable onLost(Runnable action) {
    // A list removes by equality, and the same action may have been given twice.
    Runnable own = () -> action.run();
    synchronized (lock) {
      if (actions != null) {
        actions.add(own);
        return () -> remove(own);
      }
    }
    return environment.schedule(Duration.ZERO, own);
  }

  /** Holds it longer, unless it is lost or was held longer already. */
  void extend(long untilNanos) {
    long seen = until.get();
    while (seen != LOST && seen - untilNanos < 0 && isHeld()) {
      if (until.compareAndSet(seen, notLost(untilNanos))) {
        newestUntil = untilNanos;
        return;
      }
      seen = until.get();
    }
  }

  /** Gives it up now. */
  void lose(String reason) {
    if (until.getAndSet(LOST) != LOST) {
      log.info("lease given up, member={} reason={}", member, reason);
      end();
    }
  }

  private void remove(Runnable action) {
    synchronized (lock) {
      if (actions != null) {
        actions.remove(action);
      }
    }
  }

  private void watch(long untilNanos) {
    Duration left = Duration.ofNanos(Math.max(0, untilNanos - environment.nanoTime()));
    Cancellable next = environment.schedule(left, this::atItsEnd);
    synchronized (lock) {
      if (actions != null) {
        timer = next;
        return;
      }
    }
    next.cancel();
  }

  private void atItsEnd() {
    if (isHeld()) {
      watch(newestUntil);
    }
  }

  private void end() {
    List<Runnable> due;
    synchronized (lock) {
      due = actions;
      actions = null;
      timer.cancel();
    }
    if (due != null) {
      due.forEach(action -> environment.schedule(Duration.ZERO, action));
    }
  }

  private static long notLost(long nanos) {
    return nanos == LOST ? LOST + 1 : nanos;
  }
}
