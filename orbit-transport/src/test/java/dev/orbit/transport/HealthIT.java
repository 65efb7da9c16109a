package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.NAME;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.id;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.proto.wire.HealthCheckRequestProto;
import dev.orbit.proto.wire.HealthCheckResponseProto;
import dev.orbit.proto.wire.HealthServiceGrpc;
import dev.orbit.transport.HealthBoard.Status;
import dev.orbit.transport.grpc.Transports;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthIT {
  private final TestCluster cluster = new TestCluster();
  private final HealthBoard board = new HealthBoard();
  private Transport node;
  private ManagedChannel channel;

  @BeforeEach
  void startANode() {
    node =
        Transports.node(
            cluster.environment,
            TestCluster.QUICK,
            NodeIdentity.node(NAME, id("b"), () -> 1, new Endpoint("127.0.0.1", 0)),
            cluster,
            () -> new Content.InfoResponse(id("b"), List.of(), 0),
            board);
    node.start(echo());
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", node.listening().orElseThrow().port())
            .usePlaintext()
            .build();
  }

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, SECONDS);
    node.close();
    cluster.close();
  }

  private static <T> StreamObserver<T> into(BlockingQueue<T> queue) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        queue.add(value);
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {}
    };
  }

  private HealthCheckResponse.ServingStatus standard(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(Duration.ofSeconds(10))
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private HealthCheckResponseProto.ServingStatus own(String service) {
    return HealthServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(Duration.ofSeconds(10))
        .check(HealthCheckRequestProto.newBuilder().setService(service).build())
        .getStatus();
  }

  @Test
  void answersTheSameOverBothServices() {
    board.set("orbit", Status.SERVING);

    assertThat(standard("orbit")).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    assertThat(own("orbit")).isEqualTo(HealthCheckResponseProto.ServingStatus.SERVING);
    assertThat(standard("raft")).isEqualTo(HealthCheckResponse.ServingStatus.NOT_SERVING);
    assertThat(own("raft")).isEqualTo(HealthCheckResponseProto.ServingStatus.NOT_SERVING);
  }

  @Test
  void tellsAnotherNodeThatAsksAndIsMissedWhenItDoesNot() throws Exception {
    Transport other = cluster.client();
    cluster.locate(id("b"), node.listening().orElseThrow());
    Duration timeout = Duration.ofSeconds(10);

    Status before = other.health(id("b"), timeout).toCompletableFuture().get(10, SECONDS);
    board.set(HealthBoard.ORBIT, Status.SERVING);
    Status after = other.health(id("b"), timeout).toCompletableFuture().get(10, SECONDS);
    node.close();

    assertThat(before).isEqualTo(Status.NOT_SERVING);
    assertThat(after).isEqualTo(Status.SERVING);
    assertThatThrownBy(() -> other.health(id("b"), timeout).toCompletableFuture().get(10, SECONDS))
        .hasCauseInstanceOf(NotExecutedException.class)
        .hasMessageContaining("node test/b did not say how it is");
  }

  @Test
  void saysThatItKnowsNoSuchService() {
    assertThatThrownBy(() -> standard("shop"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("NOT_FOUND")
        .hasMessageContaining("shop");
    assertThatThrownBy(() -> own("shop"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("NOT_FOUND");
  }

  @Test
  void tellsWatchersOfBothServicesOfEachChangeAndForgetsThemWhenTheyGo() throws Exception {
    BlockingQueue<HealthCheckResponse> standard = new LinkedBlockingQueue<>();
    BlockingQueue<HealthCheckResponseProto> own = new LinkedBlockingQueue<>();
    Context.CancellableContext watching = Context.current().withCancellation();
    watching.run(
        () -> {
          HealthGrpc.newStub(channel)
              .watch(HealthCheckRequest.newBuilder().setService("orbit").build(), into(standard));
          HealthServiceGrpc.newStub(channel)
              .watch(HealthCheckRequestProto.newBuilder().setService("orbit").build(), into(own));
        });
    assertThat(standard.poll(10, SECONDS).getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.NOT_SERVING);
    assertThat(own.poll(10, SECONDS).getStatus())
        .isEqualTo(HealthCheckResponseProto.ServingStatus.NOT_SERVING);
    int watchers = board.watchers();

    board.set("orbit", Status.SERVING);
    HealthCheckResponse standardNow = standard.poll(10, SECONDS);
    HealthCheckResponseProto ownNow = own.poll(10, SECONDS);
    watching.cancel(null);

    assertThat(watchers).isEqualTo(2);
    assertThat(standardNow.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    assertThat(ownNow.getStatus()).isEqualTo(HealthCheckResponseProto.ServingStatus.SERVING);
    await().atMost(Duration.ofSeconds(10)).until(() -> board.watchers() == 0);
  }

  @Test
  void tellsAWatcherOfAServiceThatIsNotKnownYetWhenItComes() throws Exception {
    BlockingQueue<HealthCheckResponse> seen = new LinkedBlockingQueue<>();
    HealthGrpc.newStub(channel)
        .watch(HealthCheckRequest.newBuilder().setService("shop").build(), into(seen));
    assertThat(seen.poll(10, SECONDS).getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVICE_UNKNOWN);

    board.set("shop", Status.SERVING);

    assertThat(seen.poll(10, SECONDS).getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  @Test
  void servesNoMoreWhenDraining() {
    board.set("", Status.SERVING);

    node.drain(Duration.ofSeconds(1));

    assertThat(standard("")).isEqualTo(HealthCheckResponse.ServingStatus.NOT_SERVING);
  }
}
