package dev.orbit.raft.internal.cluster;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.env.Cancellable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The newest view and the changes that led to it. Everyone who follows the views, in this process
 * or over a stream, keeps the version that it has seen and asks for {@link #after} it; so nothing
 * is queued for those who are slow, and one who falls behind by more than the changes kept here is
 * told to jump.
 *
 * <p>Thread-safe.
 */
public final class ViewLog {
  /** How many changes are kept: a follower may be so many views behind and still see each. */
  public static final int DEFAULT_CAPACITY = 1000;

  private final int capacity;

  /** The change to version v stands at v modulo the capacity. */
  private final @Nullable ViewDelta[] changes;

  private int kept;
  private final List<Runnable> signals = new CopyOnWriteArrayList<>();
  private volatile ClusterView newest;

  /** A log that begins with {@code start} and keeps {@link #DEFAULT_CAPACITY} changes. */
  public ViewLog(ClusterView start) {
    this(start, DEFAULT_CAPACITY);
  }

  ViewLog(ClusterView start, int capacity) {
    this.newest = start;
    this.capacity = capacity;
    this.changes = new @Nullable ViewDelta[capacity];
  }

  /** The newest view. */
  public ClusterView newest() {
    return newest;
  }

  /**
   * Adds the next change.
   *
   * @throws IllegalArgumentException if it does not follow on the newest view
   */
  public void append(ViewDelta change) {
    synchronized (this) {
      newest = change.applyTo(newest);
      changes[slot(change.version())] = change;
      kept = Math.min(kept + 1, capacity);
    }
    signal();
  }

  /**
   * Goes on with {@code view}, however it came about. Those who have seen another version will
   * jump.
   */
  public void jump(ClusterView view) {
    synchronized (this) {
      if (view.version() == newest.version()) {
        return;
      }
      newest = view;
      kept = 0;
    }
    signal();
  }

  /** What follows on the view {@code seen}; empty if nothing does yet. */
  public synchronized Optional<ViewStep> after(long seen) {
    long behind = newest.version() - seen;
    if (behind <= 0) {
      return Optional.empty();
    }
    if (behind > kept) {
      return Optional.of(new ViewStep.Jump(newest));
    }
    return Optional.ofNullable(changes[slot(seen + 1)]).map(ViewStep.Change::new);
  }

  private int slot(long version) {
    return (int) (version % capacity);
  }

  /**
   * Calls {@code signal} after each change, on the thread that made it: it must do no more than
   * wake somebody who then asks for {@link #after}.
   */
  public Cancellable onChange(Runnable signal) {
    // A list removes by equality, and the same signal may have been given twice.
    Runnable own = () -> signal.run();
    signals.add(own);
    return () -> signals.remove(own);
  }

  private void signal() {
    for (Runnable signal : signals) {
      signal.run();
    }
  }
}
