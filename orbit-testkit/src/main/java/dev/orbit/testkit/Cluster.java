package dev.orbit.testkit;

import dev.orbit.api.Actors;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.internal.contract.Addressed;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.runtime.inspect.ActorLocation;
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.testkit.net.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * A cluster of real nodes in this process, whose links and lives are in the hand of a test.
 *
 * <p>Nodes are known by name, {@code node-1} and so on. The first of them vote. Every node keeps
 * its name, ports and data over {@link #kill}, {@link #start(String)} and {@link #restart}; the
 * state store belongs to the cluster and outlives them all. Time is real.
 *
 * <p>What changes the cluster is to be called by one thread at a time; what asks, by any.
 */
public final class Cluster implements AutoCloseable {
  private static final Duration STABLE_WITHIN = Duration.ofSeconds(45);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
  private static final String CLUSTER_NAME = "test";

  /** So that node-10 comes after node-9. */
  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private final ClusterConfig config;
  private final TestDirectory directory;
  private final SharedStore store;
  private final Links links = new Links();
  private final NavigableMap<String, ClusterNode> nodes = new ConcurrentSkipListMap<>(BY_NUMBER);
  private final List<String> voters;
  private final Set<String> isolated = ConcurrentHashMap.newKeySet();

  private Cluster(ClusterConfig config) {
    this.config = config;
    this.directory = TestDirectory.create();
    this.store = SharedStore.open(config.store(), directory.path());
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= config.nodes(); i++) {
      names.add("node-" + i);
    }
    this.voters = List.copyOf(names.subList(0, config.voters()));
    names.forEach(this::place);
  }

  /**
   * Starts a cluster and waits until it is stable.
   *
   * @throws AssertionError if it does not become stable
   * @throws dev.orbit.api.error.OrbitException if a node cannot start
   */
  public static Cluster start(ClusterConfig config) {
    Cluster cluster = new Cluster(config);
    try {
      Concurrently.forEach(cluster.nodes.values(), cluster::launch);
      cluster.awaitStable();
      return cluster;
    } catch (Throwable e) {
      cluster.close();
      throw e;
    }
  }

  private ClusterNode place(String name) {
    ClusterNode node = new ClusterNode(name, directory.path().resolve(name));
    nodes.put(name, node);
    links.connect(node, nodes.values());
    return node;
  }

  private void launch(ClusterNode node) {
    OrbitNode.Builder builder =
        OrbitNode.builder()
            .cluster(CLUSTER_NAME)
            .name(node.name())
            .listen(node.endpoint())
            .voters(votersSeenBy(node))
            .dataDirectory(node.directory())
            .stateStore(store.store())
            .actors(config.actors().toArray(Class<?>[]::new))
            .leaseDuration(config.leaseDuration())
            .nodeResolver(id -> resolve(node.name(), id));
    if (voters.contains(node.name())) {
      builder.raftListen(node.raftEndpoint());
    }
    config.customizer().accept(node.name(), builder);
    node.started(builder.start());
  }

  /** Each node reaches the others' Raft ports through links of its own. */
  private Map<String, Endpoint> votersSeenBy(ClusterNode node) {
    Map<String, Endpoint> seen = new TreeMap<>();
    for (String voter : voters) {
      seen.put(
          voter,
          voter.equals(node.name()) ? node.raftEndpoint() : links.raftOf(node.name(), voter));
    }
    return seen;
  }

  private Optional<Endpoint> resolve(String from, NodeId to) {
    return links.exists(from, to.key())
        ? Optional.of(links.actorsOf(from, to.key()))
        : Optional.empty();
  }

  /** The names of all nodes, running or not. */
  public List<String> names() {
    return List.copyOf(nodes.keySet());
  }

  /** The names of the nodes that run, whether or not they are cut off. */
  public List<String> running() {
    return nodes.values().stream()
        .filter(node -> node.running().isPresent())
        .map(ClusterNode::name)
        .toList();
  }

  /**
   * The running node of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public OrbitNode node(String name) {
    return find(name)
        .running()
        .orElseThrow(() -> new IllegalArgumentException("'%s' does not run".formatted(name)));
  }

  /** References through a node that runs and is not cut off; the first by name. */
  public Actors actors() {
    return reachable().getFirst().actors();
  }

  /** References through that node. */
  public Actors actors(String name) {
    return node(name).actors();
  }

  /** The state store that all nodes share. */
  public StateStore stateStore() {
    return store.store();
  }

  /**
   * The node that hosts an actor; of one that nobody hosts, the node that owns its partition, which
   * hosts it at its next call unless its type is placed otherwise. Waits while the cluster is
   * changing hands.
   *
   * @param reference a reference that {@link Actors} gave out
   * @throws IllegalArgumentException if it is no reference
   */
  public String nodeOf(Object reference) {
    AddressableReference address =
        Addressed.addressOf(reference)
            .orElseThrow(
                () -> new IllegalArgumentException(reference + " is not a reference to an actor"));
    return nodeOf(address);
  }

  /** As {@link #nodeOf(Object)}, by address. */
  public String nodeOf(AddressableReference address) {
    return Patience.forValue(
            STABLE_WITHIN,
            () -> hostOf(address).filter(this::isReachable),
            () -> "no reachable node hosts " + address + "\n" + describe())
        .node()
        .key();
  }

  /** Empty while its owner does not answer, or nobody who could ask is a member. */
  private Optional<MemberId> hostOf(AddressableReference address) {
    try {
      ActorLocation location = newest().explain(address, ANSWER_WITHIN);
      return location.why() == ActorLocation.Why.UNKNOWN
          ? Optional.empty()
          : location.host().or(location::owner);
    } catch (NotExecutedException e) {
      return Optional.empty();
    }
  }

  private boolean isReachable(MemberId member) {
    String name = member.node().key();
    return !isolated.contains(name) && nodes.containsKey(name) && find(name).running().isPresent();
  }

  /** The newest view that a node knows which runs and is not cut off. */
  public ClusterView newestView() {
    return newest().view();
  }

  private OrbitNode newest() {
    return reachable().stream()
        .max(Comparator.comparingLong(node -> node.view().version()))
        .orElseThrow();
  }

  /**
   * Starts a node that does not run: one of the cluster's, or with a new name a further one, which
   * does not vote. Returns when it is in the cluster.
   *
   * @throws IllegalStateException if it runs
   */
  public void start(String name) {
    ClusterNode node = nodes.containsKey(name) ? find(name) : place(name);
    if (node.running().isPresent()) {
      throw new IllegalStateException("'%s' runs already".formatted(name));
    }
    launch(node);
  }

  /** Ends a node without a goodbye, as if its process had died. Its data stays. */
  public void kill(String name) {
    node(name);
    find(name).stopped().ifPresent(OrbitNode::kill);
  }

  /** Stops a node in good order: it hands over and leaves. Its data stays. */
  public void stop(String name) {
    node(name);
    find(name).stopped().ifPresent(OrbitNode::close);
  }

  /**
   * Starts a node again on the data that it left, after killing it if it runs. Returns when it is
   * in the cluster.
   */
  public void restart(String name) {
    find(name).stopped().ifPresent(OrbitNode::kill);
    start(name);
  }

  /** Cuts a node off from all others, for actor traffic and Raft, both ways and silently. */
  public void partition(String name) {
    find(name);
    isolated.add(name);
    links.around(name, FaultProxy::cut);
  }

  /**
   * Ends every fault of the links from and to a node, except to nodes that are cut off themselves.
   */
  public void heal(String name) {
    find(name);
    isolated.remove(name);
    links.around(name, FaultProxy::heal);
    isolated.forEach(other -> links.around(other, FaultProxy::cut));
  }

  /** Cuts two nodes off from each other; both still reach the others. */
  public void cut(String one, String other) {
    links.between(one, other, FaultProxy::cut);
  }

  /** Delays what passes between two nodes, as {@link FaultProxy#delay}. */
  public void delay(String one, String other, Duration delay, Duration jitter) {
    links.between(one, other, proxy -> proxy.delay(delay, jitter));
  }

  /** Breaks all connections between two nodes once. */
  public void reset(String one, String other) {
    links.between(one, other, FaultProxy::reset);
  }

  /** Ends every fault of all links. */
  public void healAll() {
    isolated.clear();
    links.everywhere(FaultProxy::heal);
  }

  /** As {@link #awaitStable(Duration)}, with a bound of 45 s. */
  public void awaitStable() {
    awaitStable(STABLE_WITHIN);
  }

  /**
   * Waits until the nodes that run and are not cut off, and no others, are members of the view that
   * all of them have applied, and each is ready.
   *
   * @throws AssertionError if that takes longer than {@code bound}; it describes all nodes
   */
  public void awaitStable(Duration bound) {
    Patience.until(
        bound,
        this::isStable,
        () -> "the cluster is not stable after %s\n%s".formatted(bound, describe()));
  }

  /**
   * Waits until no node that runs and is not cut off has a view that holds this one: from then on
   * none of them sends it a call.
   *
   * @throws AssertionError if that takes longer than {@code bound}; it describes all nodes
   */
  public void awaitGone(String name, Duration bound) {
    Patience.until(
        bound,
        () ->
            reachable().stream()
                .flatMap(node -> node.view().members().stream())
                .noneMatch(member -> nameOf(member).equals(name)),
        () -> "%s is still a member after %s\n%s".formatted(name, bound, describe()));
  }

  private boolean isStable() {
    List<OrbitNode> live = reachable();
    Set<String> names = live.stream().map(node -> node.id().key()).collect(Collectors.toSet());
    long version = newestView().version();
    for (OrbitNode node : live) {
      ClusterView view = node.view();
      Set<String> members =
          view.members().stream().map(Cluster::nameOf).collect(Collectors.toSet());
      if (view.version() != version || !members.equals(names) || !node.isReady()) {
        return false;
      }
    }
    return true;
  }

  private static String nameOf(Member member) {
    return member.id().node().key();
  }

  private List<OrbitNode> reachable() {
    List<OrbitNode> live = new ArrayList<>();
    for (ClusterNode node : nodes.values()) {
      if (!isolated.contains(node.name())) {
        node.running().ifPresent(live::add);
      }
    }
    if (live.isEmpty()) {
      throw new IllegalStateException("no node runs that is not cut off");
    }
    return live;
  }

  private ClusterNode find(String name) {
    ClusterNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException(
          "there is no node '%s'; there are %s".formatted(name, nodes.keySet()));
    }
    return node;
  }

  /**
   * Compares the directory with the activations of all members, through a node that runs and is not
   * cut off; see {@link OrbitNode#checkIntegrity}.
   */
  public IntegrityReport checkIntegrity() {
    return reachable().getFirst().checkIntegrity(STABLE_WITHIN);
  }

  /** The reports and views of all nodes, for people. */
  public String describe() {
    StringBuilder text = new StringBuilder("cluster of ").append(nodes.keySet());
    text.append(", voters ").append(voters);
    text.append(", cut off ").append(new TreeSet<>(isolated));
    for (ClusterNode node : nodes.values()) {
      text.append("\n  ").append(node.name()).append(": ");
      text.append(node.running().map(Cluster::describe).orElse("does not run"));
    }
    return text.toString();
  }

  private static String describe(OrbitNode node) {
    try {
      return "ready=%s %s%n    %s".formatted(node.isReady(), node.report(), node.view());
    } catch (RuntimeException e) {
      return "cannot be asked: " + e;
    }
  }

  /** Ends all nodes and links, and deletes their data. Idempotent. */
  @Override
  public void close() {
    Concurrently.forEach(nodes.values(), node -> node.stopped().ifPresent(OrbitNode::kill));
    links.close();
    store.close();
    nodes.values().forEach(ClusterNode::releasePorts);
    directory.close();
  }

  @Override
  public String toString() {
    return "Cluster" + nodes.keySet();
  }
}
