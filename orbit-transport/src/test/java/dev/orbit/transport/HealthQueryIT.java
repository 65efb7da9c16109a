package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.NAME;
import static dev.orbit.transport.TestCluster.id;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.wire.HealthCheckRequestProto;
import dev.orbit.proto.wire.HealthCheckResponseProto;
import dev.orbit.proto.wire.HealthServiceGrpc;
import dev.orbit.transport.HealthBoard.Status;
import dev.orbit.transport.grpc.Transports;
import dev.orbit.transport.security.TestAuthority;
import dev.orbit.transport.security.TlsConfig;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long the connections live over which nodes are asked how they are. */
class HealthQueryIT {
  private static final String WEB = "spiffe://orbit.test/app/web";
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MAX_AGE = Duration.ofMinutes(3);

  private final TestCluster cluster = new TestCluster();
  private final ShiftedEnvironment environment = new ShiftedEnvironment(cluster.environment);
  private final List<Answering> servers = new ArrayList<>();
  private final Transport asking =
      Transports.client(
          environment,
          TransportConfig.builder(TestCluster.QUICK).maxAge(MAX_AGE).build(),
          NodeIdentity.client(NAME),
          cluster);

  @AfterEach
  void close() throws InterruptedException {
    asking.close();
    for (Answering server : servers) {
      server.close();
    }
    cluster.close();
  }

  /** A node's health service, and how many connections come to it. */
  private static final class Answering extends HealthServiceGrpc.HealthServiceImplBase {
    final AtomicInteger made = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    private Server server;
    private volatile boolean silent;

    /** Those who were not answered. */
    private final Queue<StreamObserver<HealthCheckResponseProto>> waiting =
        new ConcurrentLinkedQueue<>();

    static Answering on(int port) throws IOException {
      Answering answering = new Answering();
      answering.start(port);
      return answering;
    }

    private void start(int port) throws IOException {
      server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .addService(this)
              .addTransportFilter(
                  new ServerTransportFilter() {
                    @Override
                    public Attributes transportReady(Attributes attributes) {
                      made.incrementAndGet();
                      open.incrementAndGet();
                      return attributes;
                    }

                    @Override
                    public void transportTerminated(Attributes attributes) {
                      open.decrementAndGet();
                    }
                  })
              .build()
              .start();
    }

    @Override
    public void check(
        HealthCheckRequestProto request, StreamObserver<HealthCheckResponseProto> answer) {
      if (silent) {
        waiting.add(answer);
      } else {
        answer.onNext(
            HealthCheckResponseProto.newBuilder()
                .setStatus(HealthCheckResponseProto.ServingStatus.SERVING)
                .build());
        answer.onCompleted();
      }
    }

    Endpoint endpoint() {
      return new Endpoint("127.0.0.1", server.getPort());
    }

    void close() throws InterruptedException {
      server.shutdownNow().awaitTermination(5, SECONDS);
    }
  }

  private Answering node(String key) throws IOException {
    Answering server = Answering.on(0);
    servers.add(server);
    cluster.locate(id(key), server.endpoint());
    return server;
  }

  private Status ask(String key, Duration timeout) throws Exception {
    return asking.health(id(key), timeout).toCompletableFuture().get(20, SECONDS);
  }

  @Test
  void theQuestionsToOneNodeShareAConnection() throws Exception {
    Answering node = node("a");
    Answering other = node("b");

    for (int i = 0; i < 5; i++) {
      assertThat(ask("a", LONG)).isEqualTo(Status.SERVING);
      assertThat(ask("b", LONG)).isEqualTo(Status.SERVING);
      environment.advance(MINUTE.minusSeconds(30));
    }

    assertThat(node.made).hasValue(1);
    assertThat(other.made).hasValue(1);
  }

  @Test
  void aQuestionWithoutAnAnswerIsTheLastOnItsConnection() throws Exception {
    Answering node = node("a");
    ask("a", LONG);

    node.silent = true;
    assertThatThrownBy(() -> ask("a", SHORT))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("node test/a did not say how it is: DEADLINE_EXCEEDED");
    node.silent = false;

    assertThat(ask("a", LONG)).isEqualTo(Status.SERVING);
    assertThat(node.made).hasValue(2);
    await().untilAsserted(() -> assertThat(node.open).hasValue(1));
  }

  @Test
  void aQuestionWhoseConnectionAnotherHasGivenUpIsAskedAgain() throws Exception {
    Answering node = node("a");
    node.silent = true;
    CompletableFuture<Status> patient = asking.health(id("a"), LONG).toCompletableFuture();
    await().until(() -> node.waiting.size() == 1);
    assertThatThrownBy(() -> ask("a", SHORT)).hasMessageContaining("DEADLINE_EXCEEDED");
    node.silent = false;

    node.waiting.remove().onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());

    assertThat(patient.get(20, SECONDS)).isEqualTo(Status.SERVING);
    assertThat(node.made).hasValue(2);
  }

  @Test
  void aNodeThatIsTrustedNoMoreIsNotBelieved(@TempDir Path folder) throws Exception {
    TestAuthority authority = new TestAuthority();
    TlsConfig trusting = authority.issue(folder.resolve("web"), WEB);
    try (Transport secure = askingSecurely(authority, folder, trusting)) {
      secure.health(id("b"), LONG).toCompletableFuture().get(20, SECONDS);

      Files.writeString(trusting.trust(), new TestAuthority().rootPem());

      awaitNoAnswer(secure);
    }
  }

  @Test
  void aCertificateThatTakesThePlaceOfAnotherIsShown(@TempDir Path folder) throws Exception {
    TestAuthority authority = new TestAuthority();
    TlsConfig showing = authority.issue(folder.resolve("web"), WEB);
    try (Transport secure = askingSecurely(authority, folder, showing)) {
      secure.health(id("b"), LONG).toCompletableFuture().get(20, SECONDS);

      // The node does not trust whoever has issued it, which it finds when it sees it.
      new TestAuthority().renew(showing, WEB, Instant.now().plus(Duration.ofDays(1)));

      awaitNoAnswer(secure);
    }
  }

  private Transport askingSecurely(TestAuthority authority, Path folder, TlsConfig own)
      throws Exception {
    TlsConfig asked =
        authority.issue(folder.resolve("b"), TestAuthority.SCHEME.of(id("b")).toString());
    cluster.node(
        NodeIdentity.node(NAME, id("b"), () -> 7, new Endpoint("127.0.0.1", 0))
            .with(Optional.of(asked)),
        TestCluster.QUICK,
        TestCluster.echo());
    return Transports.client(
        cluster.environment,
        TestCluster.QUICK,
        NodeIdentity.client(NAME).with(Optional.of(own)),
        cluster);
  }

  private static void awaitNoAnswer(Transport secure) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThatThrownBy(
                        () -> secure.health(id("b"), LONG).toCompletableFuture().get(20, SECONDS))
                    .hasMessageContaining("did not say how it is"));
  }

  @Test
  void aNodeThatHasMovedIsAskedWhereItIsNow() throws Exception {
    Answering before = node("a");
    ask("a", LONG);

    Answering now = node("a");
    ask("a", LONG);

    assertThat(before.made).hasValue(1);
    assertThat(now.made).hasValue(1);
    await().untilAsserted(() -> assertThat(before.open).hasValue(0));
  }

  @Test
  void aNodeThatComesBackIsAskedOverANewConnection() throws Exception {
    Answering before = node("a");
    ask("a", LONG);
    int port = before.endpoint().port();
    before.close();
    assertThatThrownBy(() -> ask("a", LONG)).hasMessageContaining("UNAVAILABLE");

    Answering now = Answering.on(port);
    servers.add(now);

    assertThat(ask("a", LONG)).isEqualTo(Status.SERVING);
  }

  @Test
  void theConnectionToANodeThatNobodyAsksAnyMoreIsClosed() throws Exception {
    Answering gone = node("a");
    Answering stays = node("b");
    ask("a", LONG);
    ask("b", LONG);

    environment.advance(MINUTE);
    ask("b", LONG);

    await().untilAsserted(() -> assertThat(gone.open).hasValue(0));
    assertThat(stays.made).hasValue(1);
    assertThat(stays.open).hasValue(1);
  }

  @Test
  void aConnectionThatIsTooOldIsReplaced() throws Exception {
    Answering node = node("a");
    for (Duration age = Duration.ZERO; age.compareTo(MAX_AGE) < 0; age = age.plusSeconds(30)) {
      ask("a", LONG);
      environment.advance(Duration.ofSeconds(30));
    }
    int before = node.made.get();

    ask("a", LONG);

    assertThat(before).isEqualTo(1);
    assertThat(node.made).hasValue(2);
    await().untilAsserted(() -> assertThat(node.open).hasValue(1));
  }
}
