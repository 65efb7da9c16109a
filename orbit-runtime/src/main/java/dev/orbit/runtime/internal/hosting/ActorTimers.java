package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.Timers;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timers of one instance of an actor.
 *
 * <p>A timer that is due puts a call into the mailbox, which runs as any other; when that has been
 * answered, in whatever way, a repeated timer is armed again. So there is never more than one call
 * of a timer, and its turns cannot overlap. Started and stopped in turns; due on a timer thread.
 */
final class ActorTimers implements Timers {
  private static final Logger LOG = LoggerFactory.getLogger(ActorTimers.class);
  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(1);
  private static final Duration WHEN_FULL = Duration.ofSeconds(1);
  private static final Duration TURN_TIMEOUT = Duration.ofSeconds(30);

  private final Activation activation;

  /** Most actors have none, and there are many of those. */
  private volatile @Nullable Set<Armed> active;

  private volatile boolean ended;

  ActorTimers(Activation activation) {
    this.activation = activation;
  }

  AddressableReference actor() {
    return activation.address();
  }

  @Override
  public Timer after(Duration delay, TimerAction action) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          "the delay of a timer is %s; it must not be negative".formatted(delay));
    }
    return start(new Armed(action, null), delay);
  }

  @Override
  public Timer every(Duration period, TimerAction action) {
    if (period.compareTo(SHORTEST_PERIOD) < 0) {
      throw new IllegalArgumentException(
          "the period of a timer is %s; it must be at least %s".formatted(period, SHORTEST_PERIOD));
    }
    return start(new Armed(action, period), period);
  }

  private Timer start(Armed timer, Duration delay) {
    if (ended) {
      throw new IllegalStateException(
          "%s has been deactivated; it cannot start a timer".formatted(activation.address()));
    }
    Set<Armed> present = active();
    if (present.size() >= MAX_TIMERS) {
      throw new IllegalStateException(
          "%s has %d timers already; stop some before starting another"
              .formatted(activation.address(), MAX_TIMERS));
    }
    present.add(timer);
    timer.arm(delay);
    return timer;
  }

  private synchronized Set<Armed> active() {
    Set<Armed> present = active;
    if (present == null) {
      present = ConcurrentHashMap.newKeySet();
      active = present;
    }
    return present;
  }

  /** Stops all of them; others may be started. */
  void clear() {
    Set<Armed> present = active;
    if (present != null) {
      present.forEach(Armed::stop);
    }
  }

  /** Stops all of them for good. */
  void end() {
    ended = true;
    clear();
  }

  private final class Armed implements Timer {
    private final TimerAction action;
    private final @Nullable Duration period;
    private volatile boolean stopped;
    private volatile @Nullable Cancellable next;
    private volatile @Nullable Call queued;

    Armed(TimerAction action, @Nullable Duration period) {
      this.action = action;
      this.period = period;
    }

    Object actor() {
      return activation.address();
    }

    void arm(Duration delay) {
      next = activation.context().environment().schedule(delay, this::due);
      if (stopped) {
        stop();
      }
    }

    private void due() {
      if (stopped) {
        return;
      }
      Call call =
          new Call(
              activation.address(),
              activation.registration().timer(),
              CallContext.root(activation.context().environment().nanoTime(), TURN_TIMEOUT),
              () -> new @Nullable Object[] {(TimerAction) this::run},
              new Ended(this));
      queued = call;
      switch (activation.offer(call)) {
        case ACCEPTED -> {}
        case FULL -> over(period == null ? WHEN_FULL : period);
        // The activation has ended without a goodbye.
        case CLOSED -> stop();
      }
    }

    private void run() throws Exception {
      if (!stopped) {
        action.run();
      }
    }

    /** Its turn is over, or there was none. */
    private void over(@Nullable Duration again) {
      queued = null;
      if (again == null) {
        stop();
      } else if (!stopped) {
        arm(again);
      }
    }

    @Override
    public void stop() {
      stopped = true;
      active().remove(this);
      Cancellable scheduled = next;
      if (scheduled != null) {
        scheduled.cancel();
      }
      Call waiting = queued;
      if (waiting != null) {
        waiting.cancel();
      }
    }

    @Override
    public boolean isActive() {
      return !stopped;
    }
  }

  /** Arms a timer again when its turn has been answered. */
  private record Ended(Armed timer) implements Answer {
    @Override
    public void returned(@Nullable Object value) {
      timer.over(timer.period);
    }

    @Override
    public void threw(Throwable failure) {
      LOG.warn("event=timer-failed actor={} reason={}", timer.actor(), failure.toString(), failure);
      timer.over(timer.period);
    }

    @Override
    public void refused(OrbitException reason) {
      timer.over(timer.period == null ? WHEN_FULL : timer.period);
    }
  }
}
