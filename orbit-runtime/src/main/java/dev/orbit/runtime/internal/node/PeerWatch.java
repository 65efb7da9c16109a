package dev.orbit.runtime.internal.node;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.transport.HealthBoard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks some of the other members how they are, again and again, and suspects those that do not
 * answer several times in a row.
 *
 * <p>A suspicion is evidence and decides nothing but the way: the member stays in the view, keeps
 * its partitions and its connections and is called, over a third member where there is one, until
 * its lease runs out or it says goodbye, which is for the cluster to agree on. So a node that is
 * wrong about another, because it is the one that is cut off or slow, harms nobody. That a
 * connection is cut silently is for its keepalive to find.
 *
 * <p>Each node asks those that follow it in the order of their names, so that everybody is asked by
 * a few and the questions do not grow with the square of the members. Thread-safe.
 */
final class PeerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerWatch.class);

  /** How many members each node asks. */
  static final int WATCHED = 3;

  /** The part of a lease after which a question is repeated, and that an answer may take. */
  private static final int QUESTIONS_PER_LEASE = 6;

  /** Unanswered questions in a row that make a suspicion: half a lease of silence. */
  static final int FAILURES = 3;

  private final NodeId self;
  private final Line line;
  private final Duration timeout;
  private final Cancellable timer;

  // Guarded by this.
  private final Map<NodeId, Watched> watched = new HashMap<>();
  private boolean closed;

  /** A copy of those suspected, for who must not wait. */
  private volatile Set<NodeId> suspects = Set.of();

  /** How to ask the others. */
  @FunctionalInterface
  interface Line {
    CompletionStage<HealthBoard.Status> health(NodeId peer, Duration timeout);
  }

  private static final class Watched {
    boolean asked;
    int failures;
  }

  /**
   * Watches nobody until there is a view.
   *
   * @param lease how long the lease of a member is
   */
  PeerWatch(Environment environment, NodeId self, Duration lease, Line line) {
    this.self = self;
    this.line = line;
    this.timeout = lease.dividedBy(QUESTIONS_PER_LEASE);
    this.timer = environment.scheduleRepeatedly(timeout, this::askAll);
  }

  /** The cluster has come to that view. */
  synchronized void view(ClusterView view) {
    Set<NodeId> others = new TreeSet<>();
    for (Member member : view.members()) {
      if (!member.id().node().equals(self)) {
        others.add(member.id().node());
      }
    }
    List<NodeId> ring = new ArrayList<>(others);
    ring.sort((a, b) -> Boolean.compare(precedes(a), precedes(b)));
    List<NodeId> next = ring.subList(0, Math.min(WATCHED, ring.size()));
    watched.keySet().retainAll(next);
    next.forEach(peer -> watched.computeIfAbsent(peer, node -> new Watched()));
    suspects = Set.copyOf(suspects());
  }

  private boolean precedes(NodeId other) {
    return other.compareTo(self) < 0;
  }

  /** Whom this node suspects at present. */
  synchronized Set<NodeId> suspects() {
    Set<NodeId> suspects = new TreeSet<>();
    watched.forEach(
        (peer, state) -> {
          if (state.failures >= FAILURES) {
            suspects.add(peer);
          }
        });
    return suspects;
  }

  /** Whether this node suspects that member at present; never waits. */
  boolean suspects(NodeId node) {
    Set<NodeId> present = suspects;
    return !present.isEmpty() && present.contains(node);
  }

  private void askAll() {
    List<NodeId> due = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      watched.forEach(
          (peer, state) -> {
            if (!state.asked) {
              state.asked = true;
              due.add(peer);
            }
          });
    }
    for (NodeId peer : due) {
      var _ =
          line.health(peer, timeout)
              .whenComplete((status, failure) -> answered(peer, status, failure));
    }
  }

  /** Whoever answers is there, whatever it says; how it is others learn from the view. */
  private void answered(
      NodeId peer, HealthBoard.@Nullable Status status, @Nullable Throwable failure) {
    int before;
    int now;
    synchronized (this) {
      Watched state = watched.get(peer);
      if (state == null || closed) {
        return;
      }
      state.asked = false;
      before = state.failures;
      state.failures = status == null ? before + 1 : 0;
      now = state.failures;
      if (now >= FAILURES != before >= FAILURES) {
        suspects = Set.copyOf(suspects());
      }
    }
    if (now == FAILURES) {
      LOG.warn(
          "event=peer-suspected peer={} unanswered={} reason={}",
          peer,
          now,
          failure == null ? "no status" : failure.getMessage());
    } else if (now == 0 && before >= FAILURES) {
      LOG.info("event=peer-answers peer={} status={} unanswered={}", peer, status, before);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      watched.clear();
    }
    timer.cancel();
  }
}
