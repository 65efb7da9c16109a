package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.MemberId;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Turns may have all processors for longer than a lease: their nodes keep it all the same, and say
 * how they are.
 */
class BusyProcessorsIT {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final long BUSY_MILLIS = 3 * LEASE.toMillis();

  /** Computes without a pause. */
  @ActorType("test.Computer")
  public interface Computer extends ActorWithInt64Key {
    int compute(long millis);
  }

  static final class ComputerActor implements Computer {
    @Override
    public int compute(long millis) {
      long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
      int rounds = 0;
      while (System.nanoTime() - until < 0) {
        rounds |= 1;
      }
      return rounds;
    }
  }

  private static OrbitNode node(String name, Map<String, Endpoint> voters) {
    return OrbitNode.builder()
        .cluster("busy")
        .name(name)
        .voters(voters)
        .leaseDuration(LEASE)
        .actors(ComputerActor.class)
        .start();
  }

  private static MemberId present(OrbitNode node) {
    return node.view().member(node.id()).orElseThrow().id();
  }

  private static ServingStatus health(OrbitNode node) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(node.endpoint().host(), node.endpoint().port())
            .usePlaintext()
            .build();
    try {
      return HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(LEASE.toMillis(), TimeUnit.MILLISECONDS)
          .check(HealthCheckRequest.newBuilder().setService("orbit").build())
          .getStatus();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void nodesKeepTheirLeasesAndTellTheirHealthWhileTurnsComputeOnAllProcessors() throws IOException {
    Endpoint raft;
    try (ServerSocket socket = new ServerSocket(0)) {
      raft = new Endpoint("127.0.0.1", socket.getLocalPort());
    }
    Map<String, Endpoint> voters = Map.of("a", raft);
    try (OrbitNode a = node("a", voters);
        OrbitNode b = node("b", voters)) {
      assertThat(a.awaitReady(SOON)).isTrue();
      assertThat(b.awaitReady(SOON)).isTrue();
      List<MemberId> before = List.of(present(a), present(b));
      List<CompletableFuture<Integer>> turns = new ArrayList<>();

      for (long key = 0; key < 2L * Runtime.getRuntime().availableProcessors(); key++) {
        Computer computer = b.actors().get(Computer.class, key);
        turns.add(b.actors().async(computer, c -> c.compute(BUSY_MILLIS)));
      }

      // While they compute: whoever asks from outside would have such nodes killed otherwise.
      assertThat(List.of(health(a), health(b))).containsOnly(ServingStatus.SERVING);
      assertThat(turns).noneMatch(CompletableFuture::isDone);
      assertThat(turns).allSatisfy(turn -> assertThat(turn).succeedsWithin(SOON).isEqualTo(1));
      assertThat(List.of(present(a), present(b))).isEqualTo(before);
    }
  }
}
