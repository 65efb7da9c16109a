package dev.orbit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One voter that keeps nothing, alone and with nodes that do not vote, over real sockets. */
class RaftNodeIT {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final Duration LEASE = Duration.ofSeconds(1);
  private static final Endpoint TRAFFIC = new Endpoint("127.0.0.1", 7400);

  private final SystemEnvironment environment = new SystemEnvironment();
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
    environment.close();
  }

  @Test
  void aNodeAloneIsAClusterAndOwnsEverything() {
    RaftNode node = started(RaftConfig.alone(new NodeId("a", "shop")).lease(LEASE).build());

    NodeLease lease = node.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);

    ClusterView view = node.membership().view();
    assertThat(lease.isHeld()).isTrue();
    assertThat(view.contains(lease.member())).isTrue();
    assertThat(view.partitions().owners())
        .allSatisfy(owner -> assertThat(owner).contains(lease.member()));
    assertThat(node.leadership().isSelf()).isTrue();
    assertThat(node.raftEndpoint()).isEmpty();
  }

  @Test
  void aLeaseOutlivesItsDurationBecauseItIsRenewed() {
    RaftNode node = started(RaftConfig.alone(new NodeId("a", "shop")).lease(LEASE).build());
    NodeLease lease = node.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    long first = lease.heldUntilNanos();

    await()
        .atMost(BOUND)
        .until(() -> lease.heldUntilNanos() - first > LEASE.multipliedBy(2).toNanos());

    assertThat(lease.isHeld()).isTrue();
    assertThat(node.membership().view().contains(lease.member())).isTrue();
  }

  @Test
  void nodesThatDoNotVoteJoinAndSeeEveryView() {
    RaftNode voter = voter("shop");
    voter.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    RaftNode second = client("b", "shop", voter);
    List<Long> versions = new CopyOnWriteArrayList<>();

    NodeLease lease = second.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    long joined = second.membership().view().version();
    second.membership().onView(view -> versions.add(view.version()));
    second.membership().announce(NodeStatus.DRAINING, BOUND);
    second.membership().announce(NodeStatus.ACTIVE, BOUND);
    second.membership().leave(BOUND);

    await().atMost(BOUND).until(() -> versions.contains(joined + 3));
    assertThat(versions).containsExactly(joined, joined + 1, joined + 2, joined + 3);
    assertThat(lease.isHeld()).isFalse();
    assertThat(voter.membership().view().member(new NodeId("b", "shop"))).isEmpty();
    assertThat(second.leadership().leader()).contains("a");
  }

  @Test
  void aNodeThatDiedLeavesTheViewAndItsNameCanJoinAgain() {
    RaftNode voter = voter("shop");
    voter.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    RaftNode second = client("b", "shop", voter);
    NodeLease first = second.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    second.close();
    long died = environment.nanoTime();
    RaftNode again = client("b", "shop", voter);

    NodeLease later = again.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);

    assertThat(environment.nanoTime() - died)
        .isBetween(LEASE.dividedBy(2).toNanos(), LEASE.multipliedBy(3).toNanos());
    assertThat(later.member().incarnation()).isGreaterThan(first.member().incarnation());
    assertThat(first.isHeld()).isFalse();
    assertThat(later.isHeld()).isTrue();
  }

  @Test
  void aNodeThatDiedNeedNotWaitForItsLeaseWhereItsDirectoryProvesThatItIsGone(
      @TempDir Path directory) {
    RaftConfig config =
        RaftConfig.alone(new NodeId("a", "shop"))
            .dataDirectory(directory)
            .lease(Duration.ofMinutes(5))
            .build();
    RaftNode node = started(config);
    NodeLease first = node.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    node.close();
    boolean heldAfterTheEnd = first.isHeld();

    NodeLease second = started(config).membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);

    assertThat(heldAfterTheEnd).isFalse();
    assertThat(second.isHeld()).isTrue();
    assertThat(second.member().incarnation()).isGreaterThan(first.member().incarnation());
  }

  @Test
  void aVoterThatMayStartTakesAwayWhatACrashLeft(@TempDir Path directory) throws Exception {
    RaftConfig config =
        RaftConfig.alone(new NodeId("a", "shop")).dataDirectory(directory).lease(LEASE).build();
    RaftNode node = started(config);
    NodeLease first = node.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    node.close();
    Path unbegun = Files.write(directory.resolve("raft-2.log"), new byte[64 << 10]);

    NodeLease second = started(config).membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);

    assertThat(second.member().incarnation()).isGreaterThan(first.member().incarnation());
    assertThat(unbegun).doesNotExist();
  }

  @Test
  void aNodeThatLeftJoinsAgainAtOnce() {
    RaftNode node = started(RaftConfig.alone(new NodeId("a", "shop")).build());
    NodeLease first = node.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    node.membership().leave(BOUND);

    NodeLease second = node.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);

    assertThat(first.isHeld()).isFalse();
    assertThat(second.isHeld()).isTrue();
    assertThat(second.member().incarnation()).isGreaterThan(first.member().incarnation());
  }

  @Test
  void aNodeOfAnotherClusterIsToldSo() {
    RaftNode voter = voter("shop");
    RaftNode stranger = client("b", "bank", voter);

    assertThatThrownBy(() -> stranger.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("belongs to cluster 'shop', and was asked for cluster 'bank'");
  }

  @Test
  void aNodeWithOtherSettingsIsToldWhichOnes() {
    RaftNode voter = voter("shop");
    voter.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND);
    RaftNode second = started(clientConfig("b", "shop", voter).partitions(64).build(), voter);

    assertThatThrownBy(() -> second.membership().join(TRAFFIC, NodeCapabilities.NONE, BOUND))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("1024 partitions")
        .hasMessageContaining("64 partitions");
  }

  @Test
  void joiningWithoutAVoterEndsInTimeAndSaysWhatItWaitedFor() {
    RaftNode voter = voter("shop");
    RaftNode second = client("b", "shop", voter);
    voter.close();

    assertThatThrownBy(
            () -> second.membership().join(TRAFFIC, NodeCapabilities.NONE, Duration.ofSeconds(1)))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("shop/b could not join cluster 'shop' within PT1S");
  }

  @Test
  void aTakenRaftPortIsNamed() {
    RaftNode voter = voter("shop");
    RaftConfig same =
        RaftConfig.alone(new NodeId("a", "shop"))
            .listen(voter.raftEndpoint().orElseThrow())
            .build();

    assertThatThrownBy(() -> RaftNode.open(environment, same))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ORBIT-5003")
        .hasMessageContaining(voter.raftEndpoint().orElseThrow().toString());
  }

  private RaftNode voter(String cluster) {
    return started(
        RaftConfig.alone(new NodeId("a", cluster))
            .listen(new Endpoint("127.0.0.1", 0))
            .lease(LEASE)
            .build());
  }

  private RaftNode client(String name, String cluster, RaftNode voter) {
    return started(clientConfig(name, cluster, voter).build(), voter);
  }

  private static RaftConfig.Builder clientConfig(String name, String cluster, RaftNode voter) {
    return RaftConfig.builder(new NodeId(name, cluster), voters(voter)).lease(LEASE);
  }

  private static SortedMap<String, Endpoint> voters(RaftNode voter) {
    SortedMap<String, Endpoint> voters = new TreeMap<>();
    voters.put("a", voter.raftEndpoint().orElseThrow());
    return voters;
  }

  private RaftNode started(RaftConfig config) {
    RaftNode node = RaftNode.open(environment, config);
    open.add(node);
    node.start();
    return node;
  }

  private RaftNode started(RaftConfig config, RaftNode voter) {
    RaftNode node = RaftNode.open(environment, config);
    open.add(node);
    node.start(voters(voter));
    return node;
  }
}
