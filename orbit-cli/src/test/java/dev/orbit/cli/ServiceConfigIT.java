package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.proto.wire.ConnectionInfoRequestProto;
import dev.orbit.proto.wire.ConnectionInfoResponseProto;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** S1.3: what a foreign client's own gRPC repeats by the file that is shipped for it. */
class ServiceConfigIT {
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Status refusal = Status.UNAVAILABLE;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new RefusesTwice())
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .defaultServiceConfig(config())
            .enableRetry()
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  /** As gRPC wants it: all numbers are doubles. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> config() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path ops = Files.exists(here.resolve("ops")) ? here.resolve("ops") : here.resolve("../ops");
    String text = Files.readString(ops.resolve("grpc-service-config.json"));
    return (Map<String, Object>) doubles(JsonMapper.shared().readValue(text, Map.class));
  }

  private static Object doubles(Object value) {
    return switch (value) {
      case Number number -> number.doubleValue();
      case Map<?, ?> map -> {
        Map<String, Object> all = new LinkedHashMap<>();
        map.forEach((key, inner) -> all.put(key.toString(), doubles(inner)));
        yield all;
      }
      case List<?> list -> list.stream().map(ServiceConfigIT::doubles).toList();
      default -> value;
    };
  }

  /** Refuses what it is asked first. */
  private final class RefusesTwice extends ConnectionServiceGrpc.ConnectionServiceImplBase {
    @Override
    public void getConnectionInfo(
        ConnectionInfoRequestProto request, StreamObserver<ConnectionInfoResponseProto> responses) {
      if (asked.incrementAndGet() <= 2) {
        responses.onError(refusal.asRuntimeException());
        return;
      }
      responses.onNext(ConnectionInfoResponseProto.getDefaultInstance());
      responses.onCompleted();
    }

    @Override
    public StreamObserver<MessageProto> openStream(StreamObserver<MessageProto> responses) {
      asked.incrementAndGet();
      responses.onError(refusal.asRuntimeException());
      return new StreamObserver<>() {
        @Override
        public void onNext(MessageProto value) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private ConnectionInfoResponseProto ask() {
    return ConnectionServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .getConnectionInfo(ConnectionInfoRequestProto.getDefaultInstance());
  }

  @Test
  void whatANodeIsAskedIsAskedAgainWhileItIsNotThere() {
    assertThat(ask()).isEqualTo(ConnectionInfoResponseProto.getDefaultInstance());
    assertThat(asked).hasValue(3);
  }

  @Test
  void whatItRefusesForGoodIsNotAskedAgain() {
    refusal = Status.PERMISSION_DENIED;

    assertThatThrownBy(this::ask).isInstanceOf(StatusRuntimeException.class);
    assertThat(asked).hasValue(1);
  }

  /** A stream carries calls that may have run. */
  @Test
  void aStreamOfCallsIsNotOpenedAgainByGrpc() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    var _ =
        ConnectionServiceGrpc.newStub(channel)
            .openStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(MessageProto value) {}

                  @Override
                  public void onError(Throwable failure) {
                    ended.countDown();
                  }

                  @Override
                  public void onCompleted() {}
                });

    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(asked).hasValue(1);
  }
}
