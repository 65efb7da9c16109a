package dev.orbit.runtime.internal.life;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.env.Environment;
import dev.orbit.runtime.internal.placement.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The present life of this node and the latest placement. */
public final class Lives {
  /** Requests of peers that are ahead of this node: more than a cluster has between two views. */
  private static final int MOST_WAITING = 100_000;

  private final Environment environment;
  private final List<Waiter> waiting = new ArrayList<>();
  private volatile Placement placement;
  private volatile Placement newest;
  private volatile @Nullable Life present;
  private boolean stopped;

  private record Waiter(long version, CompletableFuture<Boolean> reached) {}

  public Lives(Environment environment, ClusterView none) {
    this.environment = environment;
    this.placement = Placement.of(none);
    this.newest = placement;
  }

  /** The life that holds, or believes to hold, a lease; empty between two. */
  public Optional<Life> present() {
    return Optional.ofNullable(present);
  }

  /** The incarnation of {@link #present}; 0 between two. Asked with each message. */
  public long incarnation() {
    Life life = present;
    return life == null ? 0 : life.member().incarnation();
  }

  /** The latest placement, whether or not this node is in it. */
  public Placement placement() {
    return placement;
  }

  /**
   * The newest view, also while it is being applied: for finding members, not for deciding who
   * hosts what.
   */
  public ClusterView newest() {
    return newest.view();
  }

  /** The placement of {@link #newest}: for choosing a host while a view is being applied. */
  public Placement newestPlacement() {
    return newest;
  }

  /** Makes {@code life} the present one, by the views from the latest on. */
  public void begin(Life life) {
    present = life;
    life.apply(placement);
  }

  /** Drops the life, if it is the present one. */
  public void end(Life life) {
    life.abandon();
    synchronized (this) {
      if (present == life) {
        present = null;
      }
    }
  }

  /** Applies the next view. */
  public void apply(ClusterView view) {
    Placement next = Placement.of(view);
    newest = next;
    Life life = present;
    if (life != null) {
      life.apply(next);
    }
    List<Waiter> reached = new ArrayList<>();
    synchronized (this) {
      placement = next;
      Iterator<Waiter> waiters = waiting.iterator();
      while (waiters.hasNext()) {
        Waiter waiter = waiters.next();
        if (waiter.version <= view.version()) {
          waiters.remove();
          reached.add(waiter);
        }
      }
    }
    reached.forEach(waiter -> waiter.reached.complete(true));
  }

  /** No view comes any more: whoever waits for one is told so. */
  public void stop() {
    List<Waiter> last;
    synchronized (this) {
      stopped = true;
      last = List.copyOf(waiting);
      waiting.clear();
    }
    last.forEach(waiter -> waiter.reached.complete(false));
  }

  /**
   * Waits, without blocking, until this node has applied a view.
   *
   * @return completes with whether it did so in time; at once with false if too many wait
   */
  public CompletableFuture<Boolean> awaitView(long version, Duration bound) {
    Waiter waiter = new Waiter(version, new CompletableFuture<>());
    synchronized (this) {
      if (placement.view().version() >= version) {
        return CompletableFuture.completedFuture(true);
      }
      if (stopped || waiting.size() >= MOST_WAITING) {
        return CompletableFuture.completedFuture(false);
      }
      waiting.add(waiter);
    }
    environment.schedule(
        bound,
        () -> {
          synchronized (this) {
            waiting.remove(waiter);
          }
          waiter.reached.complete(false);
        });
    return waiter.reached;
  }
}
