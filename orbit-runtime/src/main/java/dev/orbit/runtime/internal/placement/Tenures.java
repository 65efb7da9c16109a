package dev.orbit.runtime.internal.placement;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * The tenures of one life of this node. {@link #apply} is called with one view after the other by
 * one thread at a time; everything else by any thread.
 */
public final class Tenures {
  private static final Duration EXPIRY_PERIOD = Duration.ofMillis(100);

  private final Environment environment;
  private final MemberId self;
  private final BarrierAsker asker;
  private final Supplier<BitSet> ownBusy;
  private final int mostWaiting;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Map<String, AtomicReferenceArray<Tenure>> byType = new HashMap<>();
  private final List<Barrier> barriers = new ArrayList<>();
  private final Cancellable expiry;
  private boolean ended;

  /**
   * The tenures of a life that hosts nothing yet.
   *
   * @param ownBusy the partitions in which this node has activations of revoked tenures
   */
  public Tenures(
      Environment environment,
      MemberId self,
      Hosted hosted,
      BarrierAsker asker,
      Supplier<BitSet> ownBusy) {
    this.environment = environment;
    this.self = self;
    this.asker = asker;
    this.ownBusy = ownBusy;
    this.mostWaiting = hosted.mostWaiting();
    for (String type : hosted.types()) {
      byType.put(type, new AtomicReferenceArray<>(hosted.partitions()));
    }
    this.expiry = environment.scheduleRepeatedly(EXPIRY_PERIOD, this::expire);
  }

  /**
   * What a node hosts.
   *
   * @param types the actor types
   * @param partitions into how many parts actors are divided
   * @param mostWaiting how many calls may wait for tenures to open
   */
  public record Hosted(Set<String> types, int partitions, int mostWaiting) {
    public Hosted {
      types = Set.copyOf(types);
    }
  }

  /** The present tenure for an actor; empty when this node does not host it. */
  public Optional<Tenure> of(AddressableReference reference, int partition) {
    AtomicReferenceArray<Tenure> tenures = byType.get(reference.type());
    return tenures == null ? Optional.empty() : Optional.ofNullable(tenures.get(partition));
  }

  /**
   * Begins and revokes what the placement says. When it returns, no turn begins any more in a
   * tenure that was revoked; those that run are to be ended by the caller.
   */
  public synchronized void apply(Placement placement) {
    if (ended) {
      return;
    }
    ClusterView view = placement.view();
    barriers.forEach(barrier -> barrier.onView(view));
    Map<Integer, List<Tenure>> gained = new HashMap<>();
    byType.forEach((type, tenures) -> apply(placement, type, tenures, gained));
    barriers.removeIf(Barrier::isDone);
    if (!gained.isEmpty()) {
      Barrier barrier = new Barrier(environment, asker, ownBusy, view.version(), gained);
      barriers.add(barrier);
      barrier.start(view, self);
    }
  }

  private void apply(
      Placement placement,
      String type,
      AtomicReferenceArray<Tenure> tenures,
      Map<Integer, List<Tenure>> gained) {
    for (int partition = 0; partition < tenures.length(); partition++) {
      boolean hosts = placement.host(type, partition).filter(self::equals).isPresent();
      Tenure tenure = tenures.get(partition);
      if (hosts && tenure == null) {
        Tenure begun = new Tenure(partition, placement.view().version(), waiting, mostWaiting);
        tenures.set(partition, begun);
        gained.computeIfAbsent(partition, p -> new ArrayList<>()).add(begun);
      } else if (!hosts && tenure != null) {
        tenures.set(partition, null);
        tenure.revoke(Waiting.Refusal.MOVED);
      }
    }
  }

  /** Revokes everything for good: the lease is lost, or the node stops. */
  public void end() {
    List<Tenure> all = new ArrayList<>();
    synchronized (this) {
      ended = true;
      expiry.cancel();
      barriers.forEach(Barrier::end);
      barriers.clear();
      for (AtomicReferenceArray<Tenure> tenures : byType.values()) {
        for (int partition = 0; partition < tenures.length(); partition++) {
          Tenure tenure = tenures.getAndSet(partition, null);
          if (tenure != null) {
            all.add(tenure);
          }
        }
      }
    }
    all.forEach(tenure -> tenure.revoke(Waiting.Refusal.ENDED));
  }

  /** How many partitions have an open tenure for each type that this node hosts there. */
  public int served() {
    return count(true);
  }

  /** How many partitions have a tenure, open or not. */
  public int held() {
    return count(false);
  }

  private int count(boolean served) {
    BitSet held = new BitSet();
    BitSet notServed = new BitSet();
    for (AtomicReferenceArray<Tenure> tenures : byType.values()) {
      for (int partition = 0; partition < tenures.length(); partition++) {
        Tenure tenure = tenures.get(partition);
        if (tenure != null) {
          held.set(partition);
          if (!tenure.isOpen()) {
            notServed.set(partition);
          }
        }
      }
    }
    if (served) {
      held.andNot(notServed);
    }
    return held.cardinality();
  }

  private void expire() {
    if (waiting.get() == 0) {
      return;
    }
    long now = environment.nanoTime();
    for (AtomicReferenceArray<Tenure> tenures : byType.values()) {
      for (int partition = 0; partition < tenures.length(); partition++) {
        Tenure tenure = tenures.get(partition);
        if (tenure != null) {
          tenure.expire(now);
        }
      }
    }
  }
}
