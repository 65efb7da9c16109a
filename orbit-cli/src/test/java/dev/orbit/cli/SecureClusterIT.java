package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Actors;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.OrbitClient;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.transport.security.IdentityScheme;
import dev.orbit.transport.security.SpiffeId;
import dev.orbit.transport.security.TlsConfig;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three voters and a node that does not vote, all with TLS on both ports. */
class SecureClusterIT {
  private static final IdentityScheme SCHEME = IdentityScheme.of("orbit.dev");
  private static final String WEB = "spiffe://orbit.dev/client/web";

  /** Says on whose behalf it was called, directly or through another actor. */
  @ActorType("test.Mirror")
  public interface Mirror extends ActorWithStringKey {
    String caller();

    String callerSeenBy(String other);
  }

  /** Its implementation. */
  public static final class MirrorActor implements Mirror {
    private final ActorContext context;

    public MirrorActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public String caller() {
      return context.principal().orElse("nobody");
    }

    @Override
    public String callerSeenBy(String other) {
      Actors actors = context.actors();
      return actors.get(Mirror.class, other).caller();
    }
  }

  @TempDir Path folder;
  private final DevAuthority authority =
      new DevAuthority(SCHEME, Instant.now(), Duration.ofDays(1));
  private final Map<String, Endpoint> voters = new TreeMap<>();
  private final List<OrbitNode> nodes = new ArrayList<>();

  @BeforeEach
  void startThreeVoters() throws Exception {
    for (int i = 1; i <= 3; i++) {
      try (ServerSocket socket = new ServerSocket(0)) {
        voters.put("n" + i, new Endpoint("127.0.0.1", socket.getLocalPort()));
      }
    }
    List<CompletableFuture<OrbitNode>> starting = new ArrayList<>();
    for (String name : voters.keySet()) {
      starting.add(CompletableFuture.supplyAsync(() -> node(name, certificate(name)).start()));
    }
    for (CompletableFuture<OrbitNode> node : starting) {
      nodes.add(node.get());
    }
    for (OrbitNode node : nodes) {
      assertThat(node.awaitReady(Duration.ofSeconds(30))).isTrue();
    }
  }

  @AfterEach
  void stop() {
    nodes.forEach(OrbitNode::kill);
  }

  private TlsConfig certificate(String node) {
    return quick(
        authority.issue(
            folder.resolve("certs").resolve(node),
            SCHEME.of(new NodeId(node, "secure")),
            Instant.now()));
  }

  private static TlsConfig quick(TlsConfig tls) {
    return new TlsConfig(
        tls.certificate(),
        tls.privateKey(),
        tls.trust(),
        tls.scheme(),
        tls.clients(),
        Duration.ofMillis(100));
  }

  private OrbitNode.Builder node(String name, TlsConfig tls) {
    return OrbitNode.builder()
        .cluster("secure")
        .name(name)
        .voters(voters)
        .dataDirectory(folder.resolve(name))
        .sharedStateFile(folder.resolve("state.db"))
        .partitions(16)
        .actors(MirrorActor.class)
        .access(Map.of(WEB, "test.*"))
        .tls(tls);
  }

  private OrbitClient client(String id) {
    TlsConfig tls = authority.issue(folder.resolve("client"), SpiffeId.parse(id), Instant.now());
    return OrbitClient.builder()
        .endpoint(nodes.getFirst().endpoint())
        .timeout(Duration.ofSeconds(20))
        .tls(tls)
        .connect();
  }

  @Test
  void knowsItsCallersLetsNoStrangerInAndTakesNewFilesUnderLoad() throws Exception {
    try (OrbitClient web = client(WEB)) {
      // Whom a call serves is known to the actor and to those that it calls, on whatever node.
      for (int i = 0; i < 20; i++) {
        assertThat(web.get(Mirror.class, "m" + i).callerSeenBy("o" + i)).isEqualTo(WEB);
      }
      assertThat(nodes.getFirst().actors().get(Mirror.class, "m").caller()).isEqualTo("nobody");

      try (OrbitClient other = client("spiffe://orbit.dev/client/other")) {
        assertThatThrownBy(() -> other.get(Mirror.class, "m").caller())
            .isInstanceOfSatisfying(
                OrbitException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.CALL_NOT_ALLOWED));
      }

      assertNobodyJoinsWithAnothersCertificate();

      assertAJoinIsNotRepeatedByWhoHeardIt(web);

      assertNewFilesCostNoCall(web);
    }
  }

  private void assertNobodyJoinsWithAnothersCertificate() {
    long view = nodes.getFirst().view().version();
    // What it sends is, to the byte, what node n4 would send to join; only the proof is n5's.
    assertThatThrownBy(
            () -> node("n4", certificate("n5")).joinTimeout(Duration.ofSeconds(3)).start())
        .isInstanceOf(OrbitException.class);
    assertThat(nodes.getFirst().view().version()).isEqualTo(view);

    OrbitNode fourth = node("n4", certificate("n4")).start();
    nodes.add(fourth);
    assertThat(fourth.awaitReady(Duration.ofSeconds(20))).isTrue();
    assertThat(fourth.view().members()).hasSize(4);
  }

  private void assertAJoinIsNotRepeatedByWhoHeardIt(OrbitClient web) throws Exception {
    Map<String, Endpoint> recorded = new TreeMap<>();
    List<Recording> recordings = new ArrayList<>();
    for (Map.Entry<String, Endpoint> voter : voters.entrySet()) {
      recordings.add(Recording.of(voter.getValue()));
      recorded.put(voter.getKey(), recordings.getLast().endpoint());
    }
    OrbitNode fifth = node("n5", certificate("n5")).voters(recorded).start();
    assertThat(fifth.awaitReady(Duration.ofSeconds(20))).isTrue();
    assertThat(recordings.stream().flatMap(each -> each.lengths().stream()))
        .anyMatch(length -> length > 1_000);

    // While it is a member, and when it is none any more.
    long view = nodes.getFirst().view().version();
    for (Recording recording : recordings) {
      recording.replay();
    }
    assertThat(nodes.getFirst().view().version()).isEqualTo(view);
    assertThat(web.get(Mirror.class, "m0").callerSeenBy("o0")).isEqualTo(WEB);
    fifth.close();
    long left = nodes.getFirst().view().version();
    for (Recording recording : recordings) {
      recording.replay();
      recording.close();
    }
    assertThat(nodes.getFirst().view().version()).isEqualTo(left);
    assertThat(nodes.getFirst().view().members()).hasSize(4);
  }

  private void assertNewFilesCostNoCall(OrbitClient web) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; !stop.get(); i++) {
                web.get(Mirror.class, "m" + i % 20).callerSeenBy("o" + i % 20);
                calls.incrementAndGet();
              }
            });
    for (OrbitNode node : nodes) {
      certificate(node.id().key());
    }
    // A node that dials all others with a new certificate, while the old streams go on.
    OrbitNode last = nodes.removeLast();
    last.close();
    nodes.add(node("n4", certificate("n4")).start());
    assertThat(nodes.getLast().awaitReady(Duration.ofSeconds(20))).isTrue();
    stop.set(true);
    load.get();
    assertThat(calls.get()).isPositive();
  }
}
