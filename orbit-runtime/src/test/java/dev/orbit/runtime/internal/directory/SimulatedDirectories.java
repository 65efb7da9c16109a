package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Directories of up to five nodes in virtual time, under faults drawn from a seed: messages that
 * are late, lost or overtaken, nodes that crash, pause, are cut off and come back, views that
 * arrive at different times. After every event it looks at all of them at once.
 *
 * <p>Leases are as the agreement gives them: a node that is removed without its goodbye has stopped
 * acting before the view in which it is gone exists.
 */
final class SimulatedDirectories {
  static final int PARTITIONS = 3;
  private static final int KEYS = 6;
  private static final int NAMES = 5;
  private static final long MS = 1_000_000;
  private static final long LEASE = 600 * MS;

  private final Random random;
  private final Surroundings.Rules rules;
  private final Timeline time = new Timeline();
  final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<ClusterView> views = new ArrayList<>();
  private final Promises promises = new Promises(this);
  private final Set<String> cuts = new HashSet<>();
  private final Set<MemberId> joining = new HashSet<>();
  final List<AddressableReference> addresses =
      IntStream.range(0, KEYS)
          .mapToObj(i -> new AddressableReference("T", Key.of("k" + i)))
          .toList();
  private long incarnations;
  private boolean faults = true;
  int ran;
  int refused;
  int lost;
  int granted;

  /** Questions about single actors while their partition's entries are on their way. */
  int ahead;

  int steps;

  SimulatedDirectories(long seed, Surroundings.Rules rules) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    this.rules = rules;
    views.add(ClusterView.empty("shop", PARTITIONS));
  }

  long now() {
    return time.now();
  }

  int partitionOf(AddressableReference address) {
    return views.getFirst().partitions().partitionOf(address);
  }

  void run(int milliseconds) {
    for (int i = 0; i < 3; i++) {
      join("n" + i);
    }
    at(5 * MS, this::call);
    at(20 * MS, this::fault);
    at(10 * MS, this::deactivate);
    runUntil(milliseconds * MS);
    faults = false;
    cuts.clear();
    nodes.forEach(node -> node.paused = false);
    runUntil(time.now() + 4 * LEASE);
    // One call to everybody heals what has no activation.
    for (int i = 0; i < 2; i++) {
      for (AddressableReference address : addresses) {
        callTo(address);
      }
      runUntil(time.now() + 2 * LEASE);
    }
    promises.checkEntries();
  }

  private void runUntil(long end) {
    while (time.step(end)) {
      steps++;
      promises.check();
    }
  }

  private void at(long delay, Runnable action) {
    time.at(delay, action);
  }

  // ------------------------------------------------------------ membership

  ClusterView view() {
    return views.getLast();
  }

  private void join(String name) {
    MemberId id = new MemberId(new NodeId(name, "shop"), ++incarnations);
    SimulatedNode node = new SimulatedNode(this, id, rules);
    node.leaseUntil = time.now() + LEASE;
    nodes.add(node);
    List<MemberId> members = new ArrayList<>(memberIds());
    members.removeIf(member -> member.node().equals(id.node()));
    members.add(id);
    if (random.nextInt(4) != 0) {
      joining.add(id);
      at(random.nextInt(200) * MS, () -> getReady(node));
    }
    next(members);
    renew(node);
    tick(node);
  }

  /** Only who has seen a view with itself in it announces that it is ready. */
  private void getReady(SimulatedNode node) {
    if (!view().contains(node.id)) {
      return;
    }
    if (node.crashed || node.paused || !node.hasBegun || cuts.contains("raft " + node.id)) {
      at(20 * MS, () -> getReady(node));
      return;
    }
    joining.remove(node.id);
    next(memberIds());
  }

  private void renew(SimulatedNode node) {
    if (node.crashed || !view().contains(node.id)) {
      return;
    }
    if (!node.paused && !cuts.contains("raft " + node.id) && time.now() < node.leaseUntil) {
      node.leaseUntil = time.now() + LEASE;
    }
    at(LEASE / 6, () -> renew(node));
  }

  private void tick(SimulatedNode node) {
    if (node.crashed) {
      return;
    }
    if (!node.paused) {
      if (node.mayAct()) {
        node.tickIfWoken(time.now());
      } else {
        die(node);
        return;
      }
    }
    at(20 * MS, () -> tick(node));
  }

  /** Its lease is over: the life ends, and another begins some time after the cluster knows. */
  private void die(SimulatedNode node) {
    node.crashed = true;
    node.directory.end();
    node.activations.clear();
    expireLater(node);
  }

  private void expireLater(SimulatedNode node) {
    // No view without it before its lease is over by its own clock.
    long wait = Math.max(0, node.leaseUntil - time.now()) + random.nextInt(50) * MS;
    at(wait, () -> expire(node));
  }

  private void expire(SimulatedNode node) {
    if (view().contains(node.id)) {
      if (time.now() < node.leaseUntil) {
        throw new AssertionError("the simulation expired a node that holds its lease");
      }
      List<MemberId> members = new ArrayList<>(memberIds());
      members.remove(node.id);
      next(members);
    }
    at(random.nextInt(300) * MS, () -> comeBack(node.id.node().key()));
  }

  private void comeBack(String name) {
    boolean alive =
        nodes.stream().anyMatch(n -> n.id.node().key().equals(name) && !n.crashed)
            || view().member(new NodeId(name, "shop")).isPresent();
    if (!alive) {
      join(name);
    }
  }

  private List<MemberId> memberIds() {
    return view().members().stream().map(Member::id).toList();
  }

  private void next(List<MemberId> members) {
    PartitionTable before = view().partitions();
    List<MemberId> takers = members.stream().filter(m -> !joining.contains(m)).toList();
    List<Optional<MemberId>> owners = new ArrayList<>();
    for (int p = 0; p < PARTITIONS; p++) {
      Optional<MemberId> owner = before.owner(p).filter(members::contains);
      boolean moves = owner.isEmpty() || random.nextInt(3) == 0;
      owners.add(
          moves && !takers.isEmpty()
              ? Optional.of(takers.get(random.nextInt(takers.size())))
              : owner);
    }
    publish(members, owners);
  }

  private void publish(List<MemberId> members, List<Optional<MemberId>> owners) {
    ClusterView view = SimulatedViews.view(view().version() + 1, members, joining, owners);
    views.add(view);
    for (SimulatedNode node : nodes) {
      if (!node.crashed) {
        at(delay(), () -> deliverViews(node, view.version()));
      }
    }
  }

  /** Every node applies every view that it is in, in order. */
  private void deliverViews(SimulatedNode node, long upTo) {
    if (node.crashed) {
      return;
    }
    if (node.paused || cuts.contains("raft " + node.id)) {
      at(30 * MS, () -> deliverViews(node, upTo));
      return;
    }
    for (ClusterView view : views) {
      if (view.version() > node.appliedVersion && view.version() <= upTo) {
        node.apply(view);
        promises.check();
      }
    }
  }

  // ------------------------------------------------------------ network

  private long delay() {
    return (random.nextInt(8) == 0 ? random.nextInt(200) : 1 + random.nextInt(8)) * MS;
  }

  private boolean isLost(MemberId from, MemberId to) {
    return (faults && random.nextInt(25) == 0) || cuts.contains(SimulatedViews.link(from, to));
  }

  @Nullable SimulatedNode node(MemberId id) {
    for (SimulatedNode node : nodes) {
      if (node.id.equals(id) && !node.crashed) {
        return node;
      }
    }
    return null;
  }

  /** Runs on a node when it can: not while it is paused, never after it has crashed. */
  private void on(SimulatedNode node, Runnable action) {
    if (node.crashed) {
      return;
    }
    if (node.paused) {
      at(10 * MS, () -> on(node, action));
    } else {
      action.run();
    }
  }

  void ask(
      SimulatedNode from, MemberId to, long version, Content content, Courier.Question question) {
    boolean[] settled = {false};
    if (content instanceof Content.Lookup) {
      ahead++;
    }
    Runnable fail =
        () ->
            on(
                from,
                () -> {
                  if (!settled[0]) {
                    settled[0] = true;
                    question.failed();
                  }
                });
    at(250 * MS, fail);
    if (isLost(from.id, to)) {
      return;
    }
    at(
        delay(),
        () -> {
          SimulatedNode target = node(to);
          if (target == null) {
            return;
          }
          Consumer<Content> reply =
              answer -> {
                if (!isLost(to, from.id)) {
                  at(
                      delay(),
                      () ->
                          on(
                              from,
                              () -> {
                                if (!settled[0]) {
                                  settled[0] = true;
                                  question.answered(answer);
                                }
                              }));
                }
              };
          on(target, () -> target.answer(content, version, reply));
          if (faults && random.nextInt(20) == 0) {
            // Duplicated by the network: the owner must take it for what it is.
            at(delay(), () -> on(target, () -> target.answer(content, version, ignored -> {})));
          }
        });
  }

  void passOn(SimulatedCall call, SimulatedNode from, MemberId to, boolean placed) {
    long version = from.appliedVersion;
    SimulatedNode target = node(to);
    if (target == null || isLost(from.id, to)) {
      call.lose();
      return;
    }
    at(delay(), () -> receive(call, target, placed, version, 0));
  }

  private void receive(
      SimulatedCall call, SimulatedNode target, boolean placed, long version, int waits) {
    if (target.crashed || waits > 100) {
      call.lose();
    } else if (target.paused || target.appliedVersion < version) {
      at(10 * MS, () -> receive(call, target, placed, version, waits + 1));
    } else {
      call.arrive(target, placed);
    }
  }

  // ------------------------------------------------------------ load and faults

  private void call() {
    if (faults) {
      callTo(addresses.get(random.nextInt(KEYS)));
      at((1 + random.nextInt(8)) * MS, this::call);
    }
  }

  private void callTo(AddressableReference address) {
    List<SimulatedNode> able = nodes.stream().filter(n -> !n.paused && n.mayAct()).toList();
    if (!able.isEmpty()) {
      SimulatedNode node = able.get(random.nextInt(able.size()));
      new SimulatedCall(this, address, node, time.now() + 400 * MS).arrive(node, false);
    }
  }

  Optional<MemberId> choose(SimulatedNode owner) {
    if (random.nextBoolean()) {
      return Optional.of(owner.id);
    }
    List<MemberId> members = memberIds().stream().filter(m -> !joining.contains(m)).toList();
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of(members.get(random.nextInt(members.size())));
  }

  private void deactivate() {
    if (!faults) {
      return;
    }
    SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
    if (!node.paused && !node.crashed && !node.activations.isEmpty()) {
      List<AddressableReference> hosted = new ArrayList<>();
      for (AddressableReference address : addresses) {
        if (node.activations.containsKey(address)) {
          hosted.add(address);
        }
      }
      node.deactivate(hosted.get(random.nextInt(hosted.size())));
    }
    at((5 + random.nextInt(40)) * MS, this::deactivate);
  }

  private void fault() {
    if (!faults) {
      return;
    }
    SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
    long time = (20 + random.nextInt(900)) * MS;
    switch (random.nextInt(8)) {
      case 0 -> {
        if (!node.crashed) {
          die(node);
        }
      }
      case 1 -> {
        node.paused = true;
        at(time, () -> node.paused = false);
      }
      case 2 -> {
        String cut = "raft " + node.id;
        cuts.add(cut);
        at(time, () -> cuts.remove(cut));
      }
      case 3 -> {
        SimulatedNode other = nodes.get(random.nextInt(nodes.size()));
        String cut = SimulatedViews.link(node.id, other.id);
        cuts.add(cut);
        at(time, () -> cuts.remove(cut));
      }
      case 4 -> comeBack("n" + random.nextInt(NAMES));
      default -> {
        if (!memberIds().isEmpty()) {
          next(memberIds());
        }
      }
    }
    overdue();
    at((10 + random.nextInt(150)) * MS, this::fault);
  }

  /** A paused node does not notice that its lease is over; the cluster does. */
  private void overdue() {
    for (SimulatedNode node : List.copyOf(nodes)) {
      if (time.now() >= node.leaseUntil && view().contains(node.id)) {
        List<MemberId> members = new ArrayList<>(memberIds());
        members.remove(node.id);
        next(members);
      }
    }
    nodes.removeIf(node -> node.crashed && !view().contains(node.id));
    if (nodes.isEmpty()) {
      join("n0");
    }
  }

  // ------------------------------------------------------------ what must hold

  void activated(
      SimulatedNode node, AddressableReference address, Grant grant, Optional<String> carried) {
    granted++;
    promises.activated(node, address, grant, carried);
  }

  /** How often something was carried from one activation to the next. */
  long carried() {
    return promises.taken;
  }

  void ranOn(SimulatedNode node, AddressableReference address) {
    promises.ranOn(node, address);
  }
}
