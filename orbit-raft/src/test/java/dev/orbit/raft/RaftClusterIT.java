package dev.orbit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.transport.env.SystemEnvironment;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three voters that keep a log and a node that does not vote, over real sockets in one process. */
@Timeout(120)
class RaftClusterIT {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Endpoint TRAFFIC = new Endpoint("127.0.0.1", 7400);
  private static final List<String> VOTERS = List.of("v1", "v2", "v3");

  @TempDir private Path directory;
  private final SystemEnvironment environment = new SystemEnvironment();
  private final Map<String, Running> running = new LinkedHashMap<>();
  private SortedMap<String, Endpoint> voters = new TreeMap<>();

  /** A node and what it has seen. */
  private record Running(RaftNode node, List<ClusterView> views) {}

  @BeforeEach
  void startAndJoin() {
    SortedMap<String, Endpoint> any = new TreeMap<>();
    VOTERS.forEach(name -> any.put(name, new Endpoint("127.0.0.1", 0)));
    voters = any;
    VOTERS.forEach(name -> open(name));
    SortedMap<String, Endpoint> bound = new TreeMap<>();
    VOTERS.forEach(name -> bound.put(name, running.get(name).node().raftEndpoint().orElseThrow()));
    voters = bound;
    open("c1");
    VOTERS.parallelStream().forEach(name -> running.get(name).node().start(voters));
    running.get("c1").node().start(voters);
    running.values().forEach(each -> join(each.node()));
    awaitVersion(running.values().stream().mapToLong(RaftClusterIT::version).max().orElseThrow());
  }

  @AfterEach
  void closeAll() {
    running.values().forEach(each -> each.node().close());
    environment.close();
  }

  @Test
  void everyNodeSeesEveryViewInTheSameOrder() {
    long joined = node("c1").membership().view().version();

    node("v2").membership().leave(BOUND);
    join(node("v2"));

    awaitVersion(joined + 2);
    for (Running each : running.values()) {
      assertGapless(each);
    }
    assertThat(node("v1").membership().view().members()).hasSize(4);
    assertThat(node("c1").membership().view().partitions())
        .isEqualTo(node("v3").membership().view().partitions());
  }

  @Test
  void aNodeThatIsKilledExpiresWithinTwoLeasesAndComesBackAsANewLife() {
    NodeId name = new NodeId("c1", "shop");
    long before = node("v1").membership().view().member(name).orElseThrow().id().incarnation();
    long killed = environment.nanoTime();
    running.remove("c1").node().close();

    await().atMost(BOUND).until(() -> node("v1").membership().view().member(name).isEmpty());
    Duration took = Duration.ofNanos(environment.nanoTime() - killed);
    open("c1").start(voters);
    NodeLease lease = join(node("c1"));

    System.out.printf("expired %d ms after the kill, lease %s%n", took.toMillis(), LEASE);
    assertThat(took).isBetween(LEASE.dividedBy(2), LEASE.multipliedBy(2));
    assertThat(lease.member().incarnation()).isGreaterThan(before);
  }

  @Test
  void theOthersKeepTheirLeasesWhenTheLeaderIsKilled() {
    String leader = node("c1").leadership().leader().orElseThrow();
    List<NodeLease> leases = new ArrayList<>();
    for (Running each : running.values()) {
      each.node().membership().leave(BOUND);
      leases.add(join(each.node()));
    }
    leases.removeIf(lease -> lease.member().node().key().equals(leader));

    long killed = environment.nanoTime();
    running.remove(leader).node().close();
    NodeId dead = new NodeId(leader, "shop");
    await()
        .atMost(BOUND)
        .until(
            () ->
                running.values().stream()
                    .allMatch(each -> each.node().membership().view().member(dead).isEmpty()));

    System.out.printf(
        "leader killed: its membership ended everywhere after %d ms%n",
        Duration.ofNanos(environment.nanoTime() - killed).toMillis());
    assertThat(leases).hasSize(3).allMatch(NodeLease::isHeld);
    running.values().forEach(RaftClusterIT::assertGapless);
    assertThat(running.values().stream().filter(each -> each.node().leadership().isSelf()))
        .hasSize(1);
  }

  @Test
  void aVoterThatStartsAgainFromItsDirectoryJoinsAgain() {
    running.remove("v1").node().close();

    RaftNode again = open("v1", voters.get("v1"));
    again.start(voters);
    NodeLease lease = join(again);

    assertThat(lease.isHeld()).isTrue();
    assertThat(again.membership().view().members()).hasSize(4);
  }

  @Test
  void allVotersMoveOneAfterTheOtherAndAreFound() {
    ChangingAddresses addresses = new ChangingAddresses(voters);
    List<Cancellable> following = new ArrayList<>();
    running.values().forEach(each -> following.add(each.node().followVoters(addresses)));

    for (String name : VOTERS) {
      running.remove(name).node().close();
      RaftNode moved = open(name);
      Endpoint there = moved.raftEndpoint().orElseThrow();
      assertThat(there).isNotEqualTo(voters.get(name));
      moved.start(addresses.now());
      following.add(moved.followVoters(addresses));
      addresses.move(name, there);
      assertThat(join(moved).isHeld()).as(name).isTrue();
    }
    NodeLease lease = leaveAndJoin(node("c1"));

    assertThat(lease.isHeld()).isTrue();
    await()
        .atMost(BOUND)
        .until(
            () ->
                VOTERS.stream()
                    .allMatch(name -> node(name).health() instanceof EngineHealth.Serving));
    following.forEach(Cancellable::cancel);
  }

  /** Where voters are at present, as a register of somebody else's would tell. */
  private static final class ChangingAddresses implements NodeResolver {
    private final Map<String, Endpoint> places = new ConcurrentHashMap<>();
    private final List<Consumer<NodeId>> listeners = new CopyOnWriteArrayList<>();

    ChangingAddresses(SortedMap<String, Endpoint> first) {
      places.putAll(first);
    }

    SortedMap<String, Endpoint> now() {
      return new TreeMap<>(places);
    }

    void move(String name, Endpoint to) {
      places.put(name, to);
      listeners.forEach(listener -> listener.accept(new NodeId(name, "shop")));
    }

    @Override
    public Optional<Endpoint> resolveNode(NodeId node) {
      return Optional.ofNullable(places.get(node.key()));
    }

    @Override
    public Cancellable onChange(Consumer<NodeId> listener) {
      listeners.add(listener);
      return () -> listeners.remove(listener);
    }
  }

  @Test
  void withoutAMajorityLeasesEndAndHealthSaysSoAndAllComeBackWithIt() {
    NodeLease lease = leaveAndJoin(node("c1"));
    List<EngineHealth> health = new CopyOnWriteArrayList<>();
    node("c1").onHealth(health::add);

    running.remove("v1").node().close();
    running.remove("v2").node().close();
    await().atMost(BOUND).until(() -> !lease.isHeld());
    await().atMost(BOUND).until(() -> node("c1").health() instanceof EngineHealth.NoLeader);
    for (String name : List.of("v1", "v2")) {
      open(name, voters.get(name)).start(voters);
    }
    NodeLease next = join(node("c1"));

    assertThat(next.isHeld()).isTrue();
    assertThat(next.member().incarnation()).isGreaterThan(lease.member().incarnation());
    await().atMost(BOUND).until(() -> health.getLast() instanceof EngineHealth.Serving);
  }

  @Test
  void theLastOfThreeThatStopsDoesNotWaitForThoseThatAreGone() {
    Duration longerThanThisTestMayTake = Duration.ofMinutes(10);
    running.remove("v1").node().close();
    running.remove("v2").node().close();
    RaftNode last = node("v3");

    assertThatThrownBy(() -> last.membership().leave(longerThanThisTestMayTake))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("no majority of the voters is in reach");
    assertThatThrownBy(
            () -> last.membership().announce(NodeStatus.DRAINING, longerThanThisTestMayTake))
        .as("it has given up its lease")
        .isInstanceOf(NotExecutedException.class);

    for (String name : List.of("v1", "v2")) {
      open(name, voters.get(name)).start(voters);
    }
    assertThat(join(last).isHeld()).isTrue();
  }

  @Test
  void garbageOnTheRaftPortHarmsNobody() throws IOException {
    Random random = new Random(9);
    for (String name : VOTERS) {
      Endpoint endpoint = voters.get(name);
      for (int i = 0; i < 20; i++) {
        byte[] garbage = new byte[2000];
        random.nextBytes(garbage);
        try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
          socket.getOutputStream().write(garbage);
        } catch (IOException refused) {
          // The port may close the connection before all is written: as good an answer as any.
          assertThat(refused).isNotNull();
        }
      }
    }

    NodeLease lease = leaveAndJoin(node("c1"));

    assertThat(lease.isHeld()).isTrue();
    assertThat(VOTERS).allMatch(name -> node(name).health() instanceof EngineHealth.Serving);
  }

  private RaftNode node(String name) {
    return running.get(name).node();
  }

  private RaftNode open(String name) {
    return open(name, new Endpoint("127.0.0.1", 0));
  }

  private RaftNode open(String name, Endpoint listen) {
    RaftConfig.Builder config = RaftConfig.builder(new NodeId(name, "shop"), voters).lease(LEASE);
    if (VOTERS.contains(name)) {
      config.listen(listen).dataDirectory(directory.resolve(name));
    }
    RaftNode node = RaftNode.open(environment, config.build());
    List<ClusterView> views = new CopyOnWriteArrayList<>();
    running.put(name, new Running(node, views));
    node.membership().onView(views::add);
    return node;
  }

  private static NodeLease join(RaftNode node) {
    return node.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
  }

  private static NodeLease leaveAndJoin(RaftNode node) {
    node.membership().leave(BOUND);
    return join(node);
  }

  private static long version(Running each) {
    return each.node().membership().view().version();
  }

  private void awaitVersion(long version) {
    await()
        .atMost(BOUND)
        .until(
            () ->
                running.values().stream()
                    .allMatch(
                        each ->
                            !each.views().isEmpty()
                                && each.views().getLast().version() >= version));
  }

  /** From the view by which it joined first. */
  private static void assertGapless(Running each) {
    List<Long> versions = each.views().stream().map(ClusterView::version).toList();
    int from = 0;
    while (from < versions.size() && each.views().get(from).members().isEmpty()) {
      from++;
    }
    for (int i = from + 1; i < versions.size(); i++) {
      assertThat(versions.get(i)).as("%s", versions).isEqualTo(versions.get(i - 1) + 1);
    }
  }
}
