package dev.orbit.runtime.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.transport.HealthBoard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PeerWatchTest {
  private static final Duration LEASE = Duration.ofSeconds(6);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Peers that answer at once, or at the end of their time not. */
  private final class Peers implements PeerWatch.Line {
    final Set<NodeId> silent = new HashSet<>();
    final List<NodeId> asked = new ArrayList<>();

    @Override
    public CompletionStage<HealthBoard.Status> health(NodeId peer, Duration timeout) {
      asked.add(peer);
      if (!silent.contains(peer)) {
        return CompletableFuture.completedFuture(HealthBoard.Status.NOT_SERVING);
      }
      CompletableFuture<HealthBoard.Status> none = new CompletableFuture<>();
      environment.schedule(
          timeout,
          () ->
              none.completeExceptionally(
                  new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "no answer")));
      return none;
    }
  }

  private final ManualEnvironment environment = new ManualEnvironment();
  private final Peers peers = new Peers();
  private final PeerWatch watch = new PeerWatch(environment, node("c"), LEASE, peers);

  private static NodeId node(String key) {
    return new NodeId(key, "shop");
  }

  private static ClusterView view(String... keys) {
    List<Member> members =
        Stream.of(keys)
            .map(
                key ->
                    new Member(
                        new MemberId(node(key), 1),
                        new Endpoint("127.0.0.1", 7400),
                        NodeCapabilities.NONE,
                        NodeStatus.ACTIVE))
            .toList();
    return new ClusterView(1, "shop", members, PartitionTable.unowned(8));
  }

  @Test
  void asksThoseThatFollowItAndNobodyElse() {
    watch.view(view("a", "b", "c", "d", "e"));

    environment.advance(INTERVAL);

    assertThat(peers.asked).containsExactlyInAnyOrder(node("d"), node("e"), node("a"));
  }

  @Test
  void everybodyIsAskedBySomebody() {
    Set<NodeId> asked = new HashSet<>();
    List<String> all = List.of("a", "b", "c", "d", "e", "f", "g");
    for (String each : all) {
      try (PeerWatch one = new PeerWatch(environment, node(each), LEASE, peers)) {
        one.view(view(all.toArray(String[]::new)));
        environment.advance(INTERVAL);
      }
    }
    asked.addAll(peers.asked);

    assertThat(asked).hasSize(all.size());
    assertThat(peers.asked).hasSize(all.size() * PeerWatch.WATCHED);
  }

  @Test
  void whoDoesNotAnswerThreeTimesIsSuspected() {
    watch.view(view("b", "c", "d"));
    peers.silent.add(node("d"));

    environment.advance(INTERVAL.multipliedBy(3).plusMillis(500));
    boolean early = watch.suspects().contains(node("d"));
    environment.advance(LEASE.multipliedBy(3));

    assertThat(early).as("after two silent checks").isFalse();
    assertThat(watch.suspects()).containsExactly(node("d"));
  }

  @Test
  void aSingleAnswerClearsASuspicionWhateverItSays() {
    watch.view(view("b", "c", "d"));
    peers.silent.add(node("d"));
    environment.advance(LEASE.multipliedBy(2));
    boolean suspected = watch.suspects().contains(node("d"));

    peers.silent.clear();
    environment.advance(INTERVAL.multipliedBy(3));

    assertThat(suspected).isTrue();
    assertThat(watch.suspects()).isEmpty();
  }

  @Test
  void aSuspectThatLeavesTheViewIsForgotten() {
    watch.view(view("b", "c", "d"));
    peers.silent.add(node("d"));
    environment.advance(LEASE.multipliedBy(2));

    watch.view(view("b", "c"));

    assertThat(watch.suspects()).isEmpty();
  }

  @Test
  void asksNobodyOnceItIsClosed() {
    watch.view(view("b", "c", "d"));
    watch.close();

    environment.advance(LEASE);

    assertThat(peers.asked).isEmpty();
  }
}
