package dev.orbit.faults.activation;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.faults.MonotonicClock;
import dev.orbit.faults.Stamps;
import dev.orbit.runtime.OrbitNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Stamps the turns of one node's actors: {@code began} with the first moment of a turn, if the
 * lease was held after it, else {@code late}; {@code ended} with its last moment, if the lease was
 * held after that too, else {@code fenced}. And what activations take up from one another: {@code
 * carried}, or {@code stale}.
 */
final class Witness {
  private final Stamps stamps;
  private final String process;
  private final CompletableFuture<OrbitNode> node;
  private final AtomicLong made = new AtomicLong();

  /**
   * A witness of a node that may not be there yet: what is activated before waits.
   *
   * @param process a name that no other process of the run has
   */
  Witness(Stamps stamps, String process, CompletableFuture<OrbitNode> node) {
    this.stamps = stamps;
    this.process = process;
    this.node = node;
  }

  /** To be asked for once by each activation, when it is made. */
  Activation activation(AddressableReference address) {
    return new Activation(
        address, process + "." + made.incrementAndGet(), node.join().lease(), stamps);
  }

  /** One activation. Confined to its actor. */
  static final class Activation {
    private final AddressableReference address;
    private final String name;
    private final NodeLease lease;
    private final Stamps stamps;
    private long turns;

    private Activation(AddressableReference address, String name, NodeLease lease, Stamps stamps) {
      this.address = address;
      this.name = name;
      this.lease = lease;
      this.stamps = stamps;
    }

    /**
     * What the activation before has left was taken up, and is, or is not, what was stored last.
     */
    void rehydrated(boolean fits) {
      stamps.add(fits ? "carried" : "stale", address, name);
    }

    <T> T turn(Supplier<T> work) {
      turns++;
      long first = MonotonicClock.nanos();
      stamps.addAt(first, lease.isHeld() ? "began" : "late", address, name, turns);
      try {
        return work.get();
      } finally {
        long last = MonotonicClock.nanos();
        stamps.addAt(last, lease.isHeld() ? "ended" : "fenced", address, name, turns);
      }
    }
  }
}
