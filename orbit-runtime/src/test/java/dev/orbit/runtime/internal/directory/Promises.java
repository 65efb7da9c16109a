package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.state.Fence;
import dev.orbit.proto.Content;
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.runtime.internal.audit.Audit;
import dev.orbit.runtime.internal.simulated.HastyEnvironment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the directories promise, looked at from above all nodes. */
final class Promises {
  private final SimulatedDirectories cluster;
  private final Map<AddressableReference, Fence> highest = new HashMap<>();

  /** How often something was carried from one activation to the next. */
  int taken;

  Promises(SimulatedDirectories cluster) {
    this.cluster = cluster;
  }

  /** Fences of one actor grow, and what is carried comes from the activation right before. */
  void activated(
      SimulatedNode node, AddressableReference address, Grant grant, Optional<String> carried) {
    Fence before = highest.get(address);
    if (carried.isPresent()) {
      taken++;
    }
    if (node.mayAct() && carried.isPresent() && !carried.get().equals(String.valueOf(before))) {
      throw new AssertionError(
          "%s is activated on %s with what %s has left, after %s"
              .formatted(address, node.id, carried.get(), before));
    }
    if (before != null && node.mayAct() && before.compareTo(grant.fence()) >= 0) {
      throw new AssertionError(
          "%s is activated on %s under %s, after %s"
              .formatted(address, node.id, grant.fence(), before));
    }
    if (before == null || before.compareTo(grant.fence()) < 0) {
      highest.put(address, grant.fence());
    }
  }

  /** Nothing runs without an activation. */
  void ranOn(SimulatedNode node, AddressableReference address) {
    if (!node.activations.containsKey(address)) {
      throw new AssertionError("ran without an activation");
    }
  }

  /** No two nodes that may act have the same actor. */
  void check() {
    Map<AddressableReference, SimulatedNode> acting = new HashMap<>();
    for (SimulatedNode node : cluster.nodes) {
      if (!node.mayAct()) {
        continue;
      }
      for (AddressableReference address : node.activations.keySet()) {
        SimulatedNode other = acting.put(address, node);
        if (other != null) {
          throw new AssertionError(
              "two activations of %s: %s under %s and %s under %s at %d ms, %s"
                  .formatted(
                      address,
                      other.id,
                      other.activations.get(address),
                      node.id,
                      node.activations.get(address),
                      cluster.now() / 1_000_000,
                      cluster.view()));
        }
      }
    }
  }

  /** All is quiet: every entry has its activation, and the other way round. */
  void checkEntries() {
    ClusterView view = cluster.view();
    IntegrityReport report = audit();
    if (!report.isWell()) {
      throw new AssertionError(report);
    }
    for (SimulatedNode node : cluster.nodes) {
      if (!view.contains(node.id) || node.crashed) {
        continue;
      }
      if (node.directory.owned() != node.directory.served()) {
        throw new AssertionError(node.id + " does not serve all that it owns");
      }
      if (node.directory.waiting() != 0) {
        throw new AssertionError(
            node.id + " has " + node.directory.waiting() + " waiting for ever");
      }
      if (!node.directory.isHandedOver()) {
        throw new AssertionError(node.id + " keeps entries that others have fetched");
      }
      for (AddressableReference address : node.activations.keySet()) {
        MemberId owner = view.partitions().owner(cluster.partitionOf(address)).orElseThrow();
        if (!owner.equals(node.id)) {
          SimulatedNode owning = cluster.node(owner);
          Grant grant = node.activations.get(address);
          Content.Entry entry = owning == null ? null : owning.directory.entryForTest(address);
          if (entry == null
              || !entry.host().equals(node.id)
              || entry.activation() != grant.activation()) {
            throw new AssertionError(
                "%s is on %s as %s, and its entry at %s is %s"
                    .formatted(address, node.id, grant, owner, entry));
          }
        }
      }
    }
    for (AddressableReference address : cluster.addresses) {
      SimulatedNode owner =
          cluster.node(view.partitions().owner(cluster.partitionOf(address)).orElseThrow());
      Content.Entry entry = owner == null ? null : owner.directory.entryForTest(address);
      if (entry != null && entry.activation() != 0) {
        SimulatedNode host = cluster.node(entry.host());
        Grant grant = host == null ? null : host.activations.get(address);
        if (grant == null || grant.activation() != entry.activation()) {
          throw new AssertionError("the entry %s has no activation: %s".formatted(entry, grant));
        }
      }
    }
  }

  /** What a member that asks all others finds, over a network without faults. */
  private IntegrityReport audit() {
    Courier courier =
        (to, version, content, question) -> {
          SimulatedNode target = cluster.node(to);
          if (target == null) {
            question.failed();
          } else {
            target.answer(content, version, question::answered);
          }
        };
    MemberId asker = cluster.view().members().getFirst().id();
    return new Audit(new HastyEnvironment(), courier, asker, cluster::view)
        .run(Duration.ofSeconds(10));
  }
}
