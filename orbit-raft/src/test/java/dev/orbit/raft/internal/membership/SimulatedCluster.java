package dev.orbit.raft.internal.membership;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.raft.consensus.memory.InMemoryConsensus;
import dev.orbit.raft.consensus.memory.InMemoryOptions;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.simulated.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Five voters and two nodes that do not vote, in virtual time, with clocks that drift as far as
 * they may, under faults drawn from a seed. After every event it looks at everything at once, as
 * nobody in a real cluster can.
 */
final class SimulatedCluster {
  static final Duration LEASE = Duration.ofSeconds(6);
  static final Duration MARGIN = Duration.ofMillis(600);

  /** What is wrong on purpose. */
  enum Plant {
    NOTHING,
    /** The member gives up no earlier, and the leader waits no longer, than the lease. */
    NO_MARGIN,
    /** An expiry is applied although a renewal came before it. */
    OVERTAKEN_EXPIRY_ACCEPTED,
    /** A lease is counted from the answer to a renewal and not from its sending. */
    COUNTED_FROM_THE_ANSWER,
    /** The leader's clock for expiry runs far faster than the bound allows. */
    LEADER_CLOCK_OUT_OF_BOUNDS
  }

  private static final Duration SLOW = Duration.ofMillis(40);

  final VirtualTime time;
  final Random random;
  final Plant plant;
  final InMemoryConsensus group;
  final Map<String, SimulatedNode> nodes = new HashMap<>();
  private final Map<MemberId, HeldLease> leases = new HashMap<>();
  private @Nullable ClusterView committed;
  private boolean faults = true;
  int leasesGiven;
  int expired;
  int events;

  SimulatedCluster(long seed, Plant plant) {
    this.time = new VirtualTime(seed);
    this.random = new Random(seed ^ 0x5eed);
    this.plant = plant;
    List<String> voters = List.of("v1", "v2", "v3", "v4", "v5");
    this.group =
        new InMemoryConsensus(
            time.node(),
            new TreeSet<>(voters),
            InMemoryOptions.DEFAULT
                .withDelays(Duration.ofMillis(1), SLOW)
                .withLoss(0.03)
                .withTimeouts(Duration.ofSeconds(3), Duration.ofSeconds(1)));
    for (String voter : voters) {
      nodes.put(voter, new SimulatedNode(this, voter, true));
    }
    for (String client : List.of("c1", "c2")) {
      nodes.put(client, new SimulatedNode(this, client, false));
    }
    nodes.values().forEach(SimulatedNode::begin);
    time.afterEach(this::check);
  }

  ClusterSettings settings() {
    Duration margin = plant == Plant.NO_MARGIN ? Duration.ZERO : MARGIN;
    return new ClusterSettings("shop", 64, LEASE, margin);
  }

  /** Lets faults happen for so long, then mends everything and waits until it must be well. */
  void run(Duration withFaults) {
    planFault();
    time.run(withFaults);
    faults = false;
    mend();
    time.run(LEASE.multipliedBy(5));
    checkAllIsWell();
  }

  void leaseGiven(HeldLease lease) {
    leases.put(lease.member(), lease);
    leasesGiven++;
  }

  /** A dead process holds nothing. */
  void died(String name) {
    leases.keySet().removeIf(member -> member.node().key().equals(name));
  }

  void changed(ClusterView view) {
    if (committed != null && view.version() <= committed.version()) {
      return;
    }
    if (committed != null && view.version() != committed.version() + 1) {
      throw new AssertionError("the committed view went from " + committed + " to " + view);
    }
    committed = view;
    checkBalance(view);
  }

  private void planFault() {
    time.in(Duration.ofMillis(200 + random.nextInt(3000)), this::fault);
  }

  private void fault() {
    if (!faults) {
      return;
    }
    List<String> names = new ArrayList<>(new TreeSet<>(nodes.keySet()));
    SimulatedNode node = nodes.get(names.get(random.nextInt(names.size())));
    Duration time1 = Duration.ofMillis(100 + random.nextInt(9000));
    switch (random.nextInt(8)) {
      case 0, 1 -> node.pauseFor(time1);
      case 2, 3 -> node.cutOffFor(time1);
      case 4 -> node.crashFor(time1);
      case 5 -> group.elect("v" + (1 + random.nextInt(5)));
      case 6 -> node.leaveAndJoinAgain();
      default -> node.announce(random.nextBoolean() ? NodeStatus.ACTIVE : NodeStatus.DRAINING);
    }
    planFault();
  }

  /** Whether the node that joins is to own nothing at first. */
  boolean drawsJoining() {
    return random.nextBoolean();
  }

  private void mend() {
    group.behave(
        InMemoryOptions.DEFAULT
            .withDelays(Duration.ofMillis(1), SLOW)
            .withTimeouts(Duration.ofSeconds(3), Duration.ofSeconds(1)));
    nodes.values().forEach(SimulatedNode::mend);
  }

  /** Nobody is declared dead who still believes that it lives. */
  private void check() {
    events++;
    ClusterView view = committed;
    if (view == null) {
      return;
    }
    for (HeldLease lease : leases.values()) {
      if (!view.contains(lease.member()) && lease.isHeld()) {
        throw new AssertionError(
            "%s is not in %s, and still holds its lease at %d"
                .formatted(lease.member(), view, time.now()));
      }
    }
    leases.values().removeIf(lease -> !view.contains(lease.member()));
  }

  private static void checkBalance(ClusterView view) {
    Map<MemberId, Integer> owned = new HashMap<>();
    view.partitions().owners().forEach(o -> o.ifPresent(id -> owned.merge(id, 1, Integer::sum)));
    List<Integer> counts =
        view.members().stream()
            .filter(member -> member.status() == NodeStatus.ACTIVE)
            .map(member -> owned.getOrDefault(member.id(), 0))
            .sorted()
            .toList();
    if (!counts.isEmpty() && counts.getLast() - counts.getFirst() > 1) {
      throw new AssertionError("unbalanced: " + owned);
    }
    for (MemberId owner : owned.keySet()) {
      if (!view.contains(owner)) {
        throw new AssertionError(owner + " owns partitions of " + view);
      }
    }
  }

  private void checkAllIsWell() {
    for (SimulatedNode node : nodes.values()) {
      NodeLeaseState state = node.state();
      ClusterView view = committed;
      boolean well =
          view != null
              && state.held()
              && state.view().version() == view.version()
              && view.members().stream().map(Member::id).anyMatch(state.member()::equals);
      if (!well) {
        throw new AssertionError(
            "%s is not well: %s, committed %s".formatted(node.name, state, view));
      }
    }
  }

  /** What a node believes of itself. */
  record NodeLeaseState(boolean held, @Nullable MemberId member, ClusterView view) {}
}
