package dev.orbit.runtime.internal.placement;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when the tenures that one view gave to this node can open: each once no member, this
 * node included, has an activation of an earlier tenure in its partition.
 *
 * <p>A member is asked again, with growing pauses, until it names no partition or has left the
 * cluster. Thread-safe.
 */
final class Barrier {
  private static final Logger LOG = LoggerFactory.getLogger(Barrier.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

  private final Environment environment;
  private final BarrierAsker asker;
  private final Supplier<BitSet> ownBusy;
  private final long viewVersion;
  private final Map<Integer, List<Tenure>> closed;
  // For each member that is not done: the partitions that it is not known to have stopped.
  private final Map<MemberId, BitSet> busy = new HashMap<>();
  private @Nullable BitSet ownRest;
  private boolean ended;

  /**
   * A barrier that asks nobody yet.
   *
   * @param gained the tenures that the view gave to this node, by partition
   * @param ownBusy the partitions in which this node itself has activations of revoked tenures
   */
  Barrier(
      Environment environment,
      BarrierAsker asker,
      Supplier<BitSet> ownBusy,
      long viewVersion,
      Map<Integer, List<Tenure>> gained) {
    this.environment = environment;
    this.asker = asker;
    this.ownBusy = ownBusy;
    this.viewVersion = viewVersion;
    this.closed = new HashMap<>(gained);
  }

  void start(ClusterView view, MemberId self) {
    BitSet all = new BitSet();
    synchronized (this) {
      closed.keySet().forEach(all::set);
      for (Member member : view.members()) {
        if (!member.id().equals(self)) {
          busy.put(member.id(), all);
        }
      }
      ownRest = all;
    }
    List<MemberId> others =
        view.members().stream().map(Member::id).filter(m -> !m.equals(self)).toList();
    checkOwn(FIRST_PAUSE);
    others.forEach(member -> ask(member, FIRST_PAUSE));
  }

  /**
   * Members that are not in the view any more have stopped: their lease was over, or they said
   * goodbye.
   */
  void onView(ClusterView view) {
    synchronized (this) {
      busy.keySet().removeIf(member -> !view.contains(member));
    }
    openWhatIsClear();
  }

  /** Stops asking; tenures that are closed stay so. */
  synchronized void end() {
    ended = true;
  }

  synchronized boolean isDone() {
    return ended || closed.isEmpty();
  }

  private void checkOwn(Duration pause) {
    if (isDone()) {
      return;
    }
    BitSet rest = ownBusy.get();
    synchronized (this) {
      ownRest = rest.isEmpty() ? null : rest;
    }
    openWhatIsClear();
    if (!rest.isEmpty()) {
      environment.schedule(pause, () -> checkOwn(longer(pause)));
    }
  }

  private void ask(MemberId member, Duration pause) {
    synchronized (this) {
      if (isDone() || !busy.containsKey(member)) {
        return;
      }
    }
    asker
        .ask(member, viewVersion)
        .whenComplete(
            (partitions, failure) -> {
              if (failure == null) {
                answered(member, partitions);
              } else {
                LOG.debug(
                    "event=barrier-unanswered view={} member={} reason={}",
                    viewVersion,
                    member,
                    failure.toString());
              }
              if (stillBusy(member)) {
                environment.schedule(pause, () -> ask(member, longer(pause)));
              }
            });
  }

  private synchronized boolean stillBusy(MemberId member) {
    return busy.containsKey(member);
  }

  private void answered(MemberId member, List<Integer> partitions) {
    synchronized (this) {
      if (partitions.isEmpty()) {
        busy.remove(member);
      } else if (busy.containsKey(member)) {
        BitSet rest = new BitSet();
        partitions.forEach(rest::set);
        busy.put(member, rest);
      }
    }
    openWhatIsClear();
  }

  private void openWhatIsClear() {
    synchronized (this) {
      if (ended) {
        return;
      }
      BitSet rest = new BitSet();
      if (ownRest != null) {
        rest.or(ownRest);
      }
      busy.values().forEach(rest::or);
      Iterator<Map.Entry<Integer, List<Tenure>>> entries = closed.entrySet().iterator();
      while (entries.hasNext()) {
        Map.Entry<Integer, List<Tenure>> entry = entries.next();
        if (!rest.get(entry.getKey())) {
          entries.remove();
          entry.getValue().forEach(Tenure::open);
        }
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
