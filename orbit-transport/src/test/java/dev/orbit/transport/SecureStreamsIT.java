package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.failureOf;
import static dev.orbit.transport.TestCluster.id;
import static dev.orbit.transport.TestCluster.text;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.grpc.Transports;
import dev.orbit.transport.security.PeerPrincipal;
import dev.orbit.transport.security.TestAuthority;
import dev.orbit.transport.security.TlsConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on the actor port: who gets in, who does not, and what a change of files does. */
class SecureStreamsIT {
  private static final String WEB = "spiffe://orbit.test/app/web";

  /** The first handshake of a process loads and compiles much, and counts as connecting. */
  private static final TransportConfig PATIENT =
      TransportConfig.builder()
          .connectTimeout(Duration.ofSeconds(20))
          .initialBackoff(Duration.ofMillis(20))
          .maxBackoff(Duration.ofMillis(100))
          .build();

  @TempDir Path folder;
  private final TestCluster cluster = new TestCluster();
  private final BlockingQueue<Optional<PeerPrincipal>> callers = new LinkedBlockingQueue<>();
  private TestAuthority authority;
  private int files;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority = new TestAuthority();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static String node(String key) {
    return TestAuthority.SCHEME.of(id(key)).toString();
  }

  private MessageHandler recording() {
    return (message, replies) -> {
      callers.add(replies.principal());
      echo().onMessage(message, replies);
    };
  }

  private Transport serve(String key, TlsConfig tls) {
    return cluster.node(
        NodeIdentity.node(TestCluster.NAME, id(key), () -> 7, new Endpoint("127.0.0.1", 0))
            .with(Optional.of(tls)),
        PATIENT,
        recording());
  }

  private Transport client(TlsConfig tls) {
    return Transports.client(
        cluster.environment,
        PATIENT,
        NodeIdentity.client(TestCluster.NAME).with(Optional.of(tls)),
        cluster);
  }

  private TlsConfig files(String uri) throws Exception {
    return authority.issue(folder.resolve("f" + files++), uri);
  }

  @Test
  void nodesAndClientsProveWhoTheyAreToEachOther() throws Exception {
    serve("b", files(node("b")));
    Transport a = serve("a", files(node("a")));
    try (Transport client = client(files(WEB))) {
      assertThat(text(answerOf(a.request(id("b"), call("hello"))))).isEqualTo("hello");
      assertThat(callers.take().orElseThrow().node()).contains(id("a"));

      assertThat(text(answerOf(client.request(id("b"), call("hi"))))).isEqualTo("hi");
      PeerPrincipal caller = callers.take().orElseThrow();
      assertThat(caller.getName()).isEqualTo(WEB);
      assertThat(caller.isNode()).isFalse();
      Content.InfoResponse info =
          client
              .connectionInfo(cluster.resolveNode(id("b")).orElseThrow())
              .toCompletableFuture()
              .get(10, SECONDS);
      assertThat(info.node()).isEqualTo(id("b"));
    }
  }

  @Test
  void refusesACertificateOfAnotherAuthority() throws Exception {
    serve("b", files(node("b")));
    TlsConfig stranger = new TestAuthority().issue(folder.resolve("stranger"), WEB);
    Files.writeString(stranger.trust(), authority.rootPem());

    assertRefused(stranger);
  }

  @Test
  void refusesACertificateThatHasExpired() throws Exception {
    serve("b", files(node("b")));

    assertRefused(
        authority.issue(folder.resolve("old"), WEB, Instant.now().minus(Duration.ofHours(1))));
  }

  @Test
  void refusesAnotherTrustDomain() throws Exception {
    serve("b", files(node("b")));

    assertRefused(files("spiffe://elsewhere.test/app/web"));
  }

  private void assertRefused(TlsConfig tls) throws Exception {
    try (Transport client = client(tls)) {
      Throwable failure = failureOf(client.request(id("b"), call("hello")));

      assertThat(failure).isInstanceOf(OrbitException.class);
      assertThat(((OrbitException) failure).code())
          .isIn(ErrorCode.NODE_UNAVAILABLE, ErrorCode.UNAUTHENTICATED);
    }
    assertThat(callers).isEmpty();
  }

  @Test
  void refusesAServerThatIsNotTheNodeThatWasMeant() throws Exception {
    Transport other = serve("c", files(node("c")));
    cluster.locate(id("b"), other.listening().orElseThrow());
    try (Transport client = client(files(WEB))) {
      Throwable failure = failureOf(client.request(id("b"), call("hello")));

      assertThat(failure).hasMessageContaining("node test/c");
      assertThat(((OrbitException) failure).code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
    assertThat(callers).isEmpty();
  }

  @Test
  void refusesANodeThatGreetsWithAnothersName() throws Exception {
    serve("b", files(node("b")));
    Transport liar = serve("a", files(node("c")));

    Throwable failure = failureOf(liar.request(id("b"), call("hello")));

    assertThat(failure).hasMessageContaining("has not proven to be node");
    assertThat(((OrbitException) failure).code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(callers).isEmpty();
  }

  @Test
  void takesWhatOnlyNodesSayFromNodesAlone() throws Exception {
    serve("b", files(node("b")));
    try (Transport client = client(files(WEB))) {
      Message answer =
          answerOf(
              client.request(
                  id("b"),
                  Message.of(
                      0,
                      new Content.EntriesRequest(
                          Content.EntriesKind.AUDIT, List.of(0), new MemberId(id("c"), 1), 1, 0))));

      assertThat(answer.content())
          .isInstanceOfSatisfying(
              Content.Failure.class,
              failure -> assertThat(failure.code()).contains(ErrorCode.ACCESS_DENIED));
    }
    assertThat(callers).isEmpty();
  }

  @Test
  void refusesPeersInTheClearAndIsNotTakenForOne() throws Exception {
    serve("b", files(node("b")));
    try (Transport plain = cluster.client()) {
      assertThat(failureOf(plain.request(id("b"), call("hello"))))
          .isInstanceOf(OrbitException.class);
    }
    cluster.node("p", recording());
    try (Transport client = client(files(WEB))) {
      assertThat(failureOf(client.request(id("p"), call("hello"))))
          .isInstanceOf(OrbitException.class);
    }
    assertThat(callers).isEmpty();
  }

  @Test
  void refusesAClientWithoutACertificateAndOldVersionsOfTls() throws Exception {
    Endpoint at = serve("b", files(node("b"))).listening().orElseThrow();

    assertThatThrownBy(() -> handshakeAndRead(at, "TLSv1.3")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> handshakeAndRead(at, "TLSv1.1")).isInstanceOf(IOException.class);
  }

  /** A client that trusts everybody and has nothing to show. */
  private static void handshakeAndRead(Endpoint at, String version) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Trusting()}, null);
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
      socket.connect(new InetSocketAddress(at.host(), at.port()), 5000);
      socket.setSoTimeout(5000);
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      // With TLS 1.3 the server says no after the client believes to be done.
      socket
          .getOutputStream()
          .write(
              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      while (socket.getInputStream().read() >= 0) {}
      throw new IOException("closed by the server");
    }
  }

  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String kind) {}

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return new java.security.cert.X509Certificate[0];
    }
  }

  @Test
  void endsAStreamWhenTheCertificateItWasOpenedWithExpires() throws Exception {
    serve("b", files(node("b")));
    TlsConfig shortLived =
        authority.issue(folder.resolve("short"), WEB, Instant.now().plusSeconds(4));
    try (Transport client = client(shortLived)) {
      assertThat(text(answerOf(client.request(id("b"), call("in time"))))).isEqualTo("in time");

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(failureOf(client.request(id("b"), call("late"))))
                      .isInstanceOf(OrbitException.class));
    }
  }

  @Test
  void newFilesAreTakenWithoutOneFailedCall() throws Exception {
    TlsConfig server = files(node("b"));
    TlsConfig web = files(WEB);
    Transport b = serve("b", server);
    TestAuthority next = new TestAuthority();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    try (Transport client = client(web)) {
      Thread load =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!stop.get()) {
                      try {
                        answerOf(client.request(id("b"), call("x")));
                        answered.incrementAndGet();
                      } catch (Exception | AssertionError e) {
                        answered.set(Integer.MIN_VALUE);
                      }
                    }
                  });
      // Both authorities are trusted before anybody shows the new one, and until nobody shows the
      // old.
      for (TlsConfig config : List.of(server, web)) {
        Files.writeString(config.trust(), authority.rootPem() + "\n" + next.rootPem());
      }
      awaitNew(next, false);
      Instant until = Instant.now().plus(Duration.ofDays(1));
      next.renew(server, node("b"), until);
      next.renew(web, WEB, until);
      awaitNew(next, true);
      for (TlsConfig config : List.of(server, web)) {
        Files.writeString(config.trust(), next.rootPem());
      }
      // The old authority is trusted no more: who comes with it is refused, by now or soon.
      TlsConfig old = files(WEB);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                try (Transport late = client(old)) {
                  assertThat(failureOf(late.request(id("b"), call("old"))))
                      .isInstanceOf(OrbitException.class);
                }
              });
      stop.set(true);
      load.join(Duration.ofSeconds(30));
    }
    assertThat(answered.get()).isPositive();
    assertThat(b.listening()).isPresent();
  }

  /** Until a client that trusts and shows only the next authority is (not) served. */
  private void awaitNew(TestAuthority next, boolean shown) throws Exception {
    TlsConfig probe = next.issue(folder.resolve("probe" + shown), "spiffe://orbit.test/app/probe");
    Files.writeString(
        probe.trust(), shown ? next.rootPem() : authority.rootPem() + "\n" + next.rootPem());
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              try (Transport client = client(probe)) {
                assertThat(text(answerOf(client.request(id("b"), call("probe")))))
                    .isEqualTo("probe");
              }
            });
  }

  @Test
  void aConnectionIsReplacedWhenItsEndHasANewCertificate() throws Exception {
    serve("b", files(node("b")));
    TlsConfig tls = files(WEB);
    TransportConfig sweeping =
        TransportConfig.builder(PATIENT).sweepInterval(Duration.ofMillis(100)).build();
    try (Transport client =
        Transports.client(
            cluster.environment,
            sweeping,
            NodeIdentity.client(TestCluster.NAME).with(Optional.of(tls)),
            cluster)) {
      answerOf(client.request(id("b"), call("old")));
      Instant before = callers.take().orElseThrow().expires();

      authority.renew(tls, WEB, Instant.now().plus(Duration.ofHours(36)));
      AtomicInteger calls = new AtomicInteger();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                answerOf(client.request(id("b"), call("c" + calls.incrementAndGet())));
                return callers.take().orElseThrow().expires().isAfter(before);
              });

      assertThat(client.peers().getFirst().statistics().failed()).isZero();
    }
  }

  @Test
  void saysWhichFilesCannotBeUsed() throws Exception {
    TlsConfig tls = files(WEB);
    TlsConfig other = files(WEB);
    Files.copy(
        other.privateKey(), tls.privateKey(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> client(tls))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("key.pem")
        .hasMessageContaining("not the certificate's");
  }
}
