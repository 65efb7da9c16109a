package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import java.util.Optional;

/** A call of the simulation, at the node where it is at present. */
final class SimulatedCall implements Arrival {
  private final SimulatedDirectories cluster;
  private final AddressableReference address;
  private final long deadline;
  private SimulatedNode at;
  private int hops;
  private boolean done;

  SimulatedCall(
      SimulatedDirectories cluster, AddressableReference address, SimulatedNode at, long deadline) {
    this.cluster = cluster;
    this.address = address;
    this.at = at;
    this.deadline = deadline;
  }

  void arrive(SimulatedNode node, boolean placed) {
    at = node;
    if (!deliver()) {
      node.directory.admit(cluster.partitionOf(address), this, placed);
    }
  }

  void ran() {
    end();
    cluster.ran++;
    cluster.ranOn(at, address);
  }

  private void end() {
    if (done) {
      throw new AssertionError("a call ended twice: " + address);
    }
    done = true;
  }

  @Override
  public AddressableReference address() {
    return address;
  }

  @Override
  public Optional<MemberId> caller() {
    return Optional.empty();
  }

  @Override
  public boolean isOver() {
    return done;
  }

  @Override
  public boolean deliver() {
    if (at.activations.containsKey(address)) {
      ran();
      return true;
    }
    return false;
  }

  @Override
  public void passOn(MemberId to, boolean placed) {
    if (done) {
      throw new AssertionError("passed on after its end: " + address);
    }
    hops++;
    if (hops > 50) {
      end();
      cluster.lost++;
    } else {
      cluster.passOn(this, at, to, placed);
    }
  }

  /** The node that it was on, or went to, is gone, or the network lost it. */
  void lose() {
    end();
    cluster.lost++;
  }

  @Override
  public void turnAway(Refusal refusal) {
    end();
    cluster.refused++;
  }

  @Override
  public boolean activates() {
    return true;
  }

  @Override
  public long deadlineNanos() {
    return deadline;
  }
}
