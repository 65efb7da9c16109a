package dev.orbit.client.internal.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.fixture.StepEnvironment;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.Connections;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.LearnedNodes;
import dev.orbit.transport.MessageHandler;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportCounts;
import dev.orbit.transport.TransportMeter;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class GatewaysTest {
  private final Throwable broken = OrbitException.of(ErrorCode.NODE_UNAVAILABLE, "broken");

  /** Answers questions of who is there; carries nothing. */
  private static final class Directory implements Transport {
    private final Map<Endpoint, Content.InfoResponse> answers = new HashMap<>();
    private final List<Endpoint> asked = new ArrayList<>();
    private final Set<NodeId> forgotten = new HashSet<>();

    @Override
    public CompletionStage<Content.InfoResponse> connectionInfo(Endpoint endpoint) {
      asked.add(endpoint);
      Content.InfoResponse answer = answers.get(endpoint);
      return answer == null
          ? CompletableFuture.failedFuture(
              OrbitException.of(ErrorCode.NODE_UNAVAILABLE, endpoint + " is silent"))
          : CompletableFuture.completedFuture(answer);
    }

    @Override
    public CompletionStage<HealthBoard.Status> health(NodeId target, Duration timeout) {
      return CompletableFuture.failedFuture(new IllegalStateException("not asked"));
    }

    @Override
    public Connections connections() {
      throw new AssertionError("nobody looks after connections here");
    }

    @Override
    public void measure(TransportMeter meter) {}

    @Override
    public RetryBudget repetitions() {
      return RetryBudget.ofClient();
    }

    @Override
    public TransportCounts counts() {
      return TransportCounts.NONE;
    }

    @Override
    public void flush() {}

    @Override
    public List<PeerStatus> peers() {
      return List.of();
    }

    @Override
    public void forget(NodeId target) {
      forgotten.add(target);
    }

    @Override
    public void start(MessageHandler handler) {}

    @Override
    public Optional<Endpoint> listening() {
      return Optional.empty();
    }

    @Override
    public CompletionStage<Message> request(NodeId target, Message request) {
      throw new AssertionError("nothing is sent here");
    }

    @Override
    public void send(NodeId target, Message message) {
      throw new AssertionError("nothing is sent here");
    }

    @Override
    public boolean drain(Duration bound) {
      return true;
    }

    @Override
    public void close() {}
  }

  private final StepEnvironment environment = new StepEnvironment();
  private final Directory directory = new Directory();
  private final LearnedNodes learned = new LearnedNodes();
  private final Gateways gateways =
      new Gateways(environment, directory, learned, List.of(endpoint(1)));

  private static NodeId node(int n) {
    return new NodeId("n" + n, "test");
  }

  private static Endpoint endpoint(int n) {
    return new Endpoint("10.0.0." + n, 7400);
  }

  private static Member member(int n, NodeStatus status) {
    return new Member(new MemberId(node(n), 1), endpoint(n), NodeCapabilities.NONE, status);
  }

  private static Member member(int n) {
    return member(n, NodeStatus.ACTIVE);
  }

  /** From now on every one of them answers with this view. */
  private void view(long version, Member... members) {
    directory.answers.clear();
    for (Member member : members) {
      directory.answers.put(
          member.endpoint(),
          new Content.InfoResponse(member.id().node(), List.of(members), version));
    }
  }

  @Test
  void knowsNoGatewayBeforeItIsConnected() {
    assertThatThrownBy(gateways::current)
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("10.0.0.1:7400");
  }

  @Test
  void staysWithItsGatewayWhileNothingFails() {
    view(1, member(1), member(2), member(3));
    gateways.connect();
    NodeId chosen = gateways.current();

    environment.advance(Duration.ofMinutes(5));

    assertThat(gateways.current()).isEqualTo(chosen);
    assertThat(directory.asked).hasSizeBetween(25, 35);
  }

  @Test
  void leavesAGatewayThatDrains() {
    view(1, member(1), member(2));
    gateways.connect();
    int old = gateways.current().equals(node(1)) ? 1 : 2;

    view(2, member(old, NodeStatus.DRAINING), member(3 - old));
    environment.advance(Gateways.REFRESH);

    assertThat(gateways.current()).isEqualTo(node(3 - old));
  }

  @Test
  void forgetsMembersThatHaveLeft() {
    view(1, member(1), member(2), member(3));
    gateways.connect();

    view(2, member(1));
    environment.advance(Gateways.REFRESH);

    assertThat(gateways.current()).isEqualTo(node(1));
    assertThat(directory.forgotten).containsExactlyInAnyOrder(node(2), node(3));
  }

  @Test
  void passesOverNodesThatFailedLately() {
    view(1, member(1), member(2), member(3));
    gateways.connect();
    NodeId first = gateways.current();

    gateways.failed(first, broken);
    NodeId second = gateways.current();
    directory.answers.clear();
    gateways.failed(second, broken);
    NodeId third = gateways.current();

    assertThat(Set.of(first, second, third)).hasSize(3);
  }

  @Test
  void returnsToTheOneThatFailedFirstWhenAllHaveFailed() {
    view(1, member(1), member(2));
    gateways.connect();
    directory.answers.clear();
    NodeId first = gateways.current();

    gateways.failed(first, broken);
    NodeId second = gateways.current();
    environment.advance(Duration.ofMillis(100));
    gateways.failed(second, broken);

    assertThat(gateways.current()).isEqualTo(first);
  }

  @Test
  void ignoresTheFailureOfANodeThatIsNoLongerTheGateway() {
    view(1, member(1), member(2), member(3));
    gateways.connect();
    NodeId first = gateways.current();
    gateways.failed(first, broken);
    NodeId second = gateways.current();

    gateways.failed(first, broken);

    assertThat(gateways.current()).isEqualTo(second);
  }

  @Test
  void asksTheGivenEndpointsAgainWhenAllMembersAreReplaced() {
    view(1, member(2), member(3));
    directory.answers.put(endpoint(1), directory.answers.get(endpoint(2)));
    gateways.connect();

    view(9, member(4), member(5));
    directory.answers.put(
        endpoint(1), new Content.InfoResponse(node(4), List.of(member(4), member(5)), 9));
    environment.advance(Duration.ofSeconds(1));
    gateways.failed(gateways.current(), broken);

    assertThat(gateways.current()).isIn(node(4), node(5));
  }

  @Test
  void doesNotAskAgainAtEachFailure() {
    view(1, member(1), member(2));
    gateways.connect();
    environment.advance(Duration.ofSeconds(1));
    int before = directory.asked.size();

    for (int i = 0; i < 100; i++) {
      gateways.failed(gateways.current(), broken);
    }

    assertThat(directory.asked).hasSize(before + 1);
  }

  @Test
  void asksNobodyOnceItIsClosed() {
    view(1, member(1));
    gateways.connect();
    int before = directory.asked.size();

    gateways.close();
    environment.advance(Duration.ofMinutes(1));

    assertThat(directory.asked).hasSize(before);
  }
}
