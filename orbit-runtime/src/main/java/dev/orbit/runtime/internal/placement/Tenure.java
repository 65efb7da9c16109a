package dev.orbit.runtime.internal.placement;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The time for which this node hosts the actors of one type in one partition.
 *
 * <pre>
 *   CLOSED  --open-->    OPEN      the former host has stopped
 *   CLOSED  --revoke-->  REVOKED   gone before it was served
 *   OPEN    --revoke-->  REVOKED   gone; activations come to their end
 * </pre>
 *
 * <p>Thread-safe. Calls are admitted in the order of their arrival, also over the opening.
 */
public final class Tenure {
  private enum Phase {
    CLOSED,
    OPEN,
    REVOKED
  }

  private final int partition;
  private final long sinceView;
  private final AtomicInteger waitingOnNode;
  private final int mostWaitingOnNode;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
  private volatile Phase phase = Phase.CLOSED;

  /**
   * A tenure that is closed.
   *
   * @param waitingOnNode how many calls wait in all tenures of this node
   * @param mostWaitingOnNode its bound
   */
  Tenure(int partition, long sinceView, AtomicInteger waitingOnNode, int mostWaitingOnNode) {
    this.partition = partition;
    this.sinceView = sinceView;
    this.waitingOnNode = waitingOnNode;
    this.mostWaitingOnNode = mostWaitingOnNode;
  }

  /** The partition. */
  public int partition() {
    return partition;
  }

  /**
   * The version of the view that gave it; the first part of the fence of every activation in it.
   */
  public long sinceView() {
    return sinceView;
  }

  /** Whether turns may run. */
  public boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Admits the call now, or when the tenure opens, or turns it away. */
  public void admit(Waiting call) {
    if (phase == Phase.OPEN) {
      call.admit();
      return;
    }
    Waiting.Refusal refusal = admitOrWait(call);
    if (refusal != null) {
      call.turnAway(refusal);
    }
  }

  private synchronized Waiting.@Nullable Refusal admitOrWait(Waiting call) {
    switch (phase) {
      case OPEN -> call.admit();
      case REVOKED -> {
        return Waiting.Refusal.MOVED;
      }
      case CLOSED -> {
        if (waitingOnNode.incrementAndGet() > mostWaitingOnNode) {
          waitingOnNode.decrementAndGet();
          return Waiting.Refusal.FULL;
        }
        waiting.add(call);
      }
    }
    return null;
  }

  /** Lets those who wait in, then everybody. Does nothing unless it is closed. */
  synchronized void open() {
    if (phase == Phase.CLOSED) {
      for (Waiting call = waiting.poll(); call != null; call = waiting.poll()) {
        waitingOnNode.decrementAndGet();
        call.admit();
      }
      phase = Phase.OPEN;
    }
  }

  /** Ends it for good and turns away those who wait. */
  void revoke(Waiting.Refusal reason) {
    List<Waiting> away;
    synchronized (this) {
      phase = Phase.REVOKED;
      away = new ArrayList<>(waiting);
      waiting.clear();
    }
    waitingOnNode.addAndGet(-away.size());
    away.forEach(call -> call.turnAway(reason));
  }

  /** Turns away those whose deadline has passed. */
  void expire(long nowNanos) {
    List<Waiting> away = new ArrayList<>(0);
    synchronized (this) {
      waiting.removeIf(
          call -> {
            boolean expired = call.deadlineNanos() - nowNanos <= 0;
            if (expired) {
              away.add(call);
            }
            return expired;
          });
    }
    waitingOnNode.addAndGet(-away.size());
    away.forEach(call -> call.turnAway(Waiting.Refusal.EXPIRED));
  }

  @Override
  public String toString() {
    return "Tenure[partition " + partition + " since view " + sinceView + ", " + phase + "]";
  }
}
