package dev.orbit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.client.fixture.ScriptedCluster;
import dev.orbit.client.fixture.ScriptedCluster.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrbitClientIT {
  static final class Overdrawn extends Exception {
    Overdrawn(String message) {
      super(message);
    }
  }

  @ActorType("bank.Account")
  interface Account extends ActorWithStringKey {
    long deposit(long cents) throws Overdrawn;

    void close();

    @OneWay
    void touch(String why);

    CompletionStage<Integer> number(int n);

    String text(int length);
  }

  private final ScriptedCluster cluster = new ScriptedCluster(Account.class, call -> 42L);
  private final List<OrbitClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(OrbitClient::close);
    cluster.close();
  }

  private OrbitClient client(Duration timeout, Endpoint... endpoints) {
    OrbitClient.Builder builder =
        OrbitClient.builder().timeout(timeout).transport(ScriptedCluster.QUICK);
    for (Endpoint endpoint : endpoints) {
      builder.endpoint(endpoint);
    }
    OrbitClient client = builder.connect();
    clients.add(client);
    return client;
  }

  private Account account(Duration timeout, Endpoint... endpoints) {
    return client(timeout, endpoints).get(Account.class, "alice");
  }

  private Account account(Endpoint... endpoints) {
    return account(Duration.ofSeconds(10), endpoints);
  }

  @Test
  void callsAnActorOverAnyNodeOfTheCluster() throws Exception {
    Endpoint node = cluster.start("n1");

    try (OrbitClient client = OrbitClient.connect(node.toString())) {
      long balance = client.actors().get(Account.class, "alice").deposit(5);

      assertThat(balance).isEqualTo(42);
    }
    Call call = cluster.calls().getFirst();
    assertThat(call.key()).isEqualTo("alice");
    assertThat(call.arguments()).containsExactly(5L);
    assertThat(call.message().headers().remainingMicros()).isBetween(25_000_000L, 30_000_000L);
    assertThat(call.message().target()).isNull();
  }

  @Test
  void waitsForAVoidMethodButNotForAOneWayOne() {
    Account alice = account(cluster.start("n1"));

    alice.close();
    alice.touch("now");

    assertThat(cluster.calls()).extracting(Call::method).startsWith("close");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(cluster.calls())
                    .extracting(Call::method)
                    .containsExactly("close", "touch"));
  }

  @Test
  void decodesLargeResults() {
    cluster.script(call -> "x".repeat((Integer) call.arguments().getFirst()));

    String text = account(cluster.start("n1")).text(3_000_000);

    assertThat(text).hasSize(3_000_000);
  }

  @Test
  void throwsWhatTheActorThrows() {
    cluster.script(
        call -> {
          throw new Overdrawn("balance is 3");
        });
    Account alice = account(cluster.start("n1"));

    assertThatThrownBy(() -> alice.deposit(1))
        .isExactlyInstanceOf(Overdrawn.class)
        .hasMessage("balance is 3");
  }

  @Test
  void keepsTheOrderOfCallsToOneActor() {
    cluster.script(call -> call.arguments().getFirst());
    Account alice = account(cluster.start("n1"), cluster.start("n2"));

    List<CompletableFuture<Integer>> answers =
        IntStream.range(0, 2_000).mapToObj(n -> alice.number(n).toCompletableFuture()).toList();

    for (int n = 0; n < answers.size(); n++) {
      assertThat(answers.get(n)).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(n);
    }
    assertThat(cluster.calls())
        .extracting(call -> (Integer) call.arguments().getFirst())
        .isSorted()
        .hasSize(2_000);
  }

  @Test
  void repeatsACallThatSurelyDidNotRun() throws Exception {
    AtomicInteger refusals = new AtomicInteger(3);
    cluster.script(
        call -> {
          if (refusals.getAndDecrement() > 0) {
            throw OrbitException.of(ErrorCode.NOT_OWNER, "it has moved");
          }
          return 7L;
        });

    long balance = account(cluster.start("n1")).deposit(1);

    assertThat(balance).isEqualTo(7);
    assertThat(cluster.calls())
        .extracting(call -> call.message().attempts())
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void doesNotRepeatWhatCannotGoBetter() {
    cluster.script(
        call -> {
          throw OrbitException.of(ErrorCode.UNKNOWN_METHOD, "no such method");
        });
    Account alice = account(cluster.start("n1"));

    assertThatThrownBy(alice::close).hasMessage("ORBIT-1004: no such method");

    assertThat(cluster.calls()).hasSize(1);
  }

  @Test
  void goesOnWithAnotherMemberWhenItsGatewayIsKilled() throws Exception {
    Endpoint seed = cluster.start("n1");
    cluster.start("n2");
    cluster.start("n3");
    Account alice = account(seed);
    alice.deposit(1);
    NodeId gateway = cluster.calls().getFirst().node();

    cluster.kill(gateway);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .ignoreExceptionsInstanceOf(OutcomeUnknownException.class)
        .until(() -> alice.deposit(2) == 42);

    assertThat(cluster.calls().getLast().node()).isNotEqualTo(gateway);
  }

  @Test
  void doesNotRepeatACallThatMayHaveRunOnTheKilledGateway() {
    Endpoint seed = cluster.start("n1");
    cluster.start("n2");
    cluster.script(
        call -> {
          Thread.ofVirtual().start(() -> cluster.kill(call.node()));
          return ScriptedCluster.SILENCE;
        });
    Account alice = account(seed);

    assertThatThrownBy(alice::close).isInstanceOf(OutcomeUnknownException.class);

    assertThat(cluster.calls()).hasSize(1);
  }

  @Test
  void endsACallThatIsNeverAnsweredAtItsDeadline() {
    cluster.script(call -> ScriptedCluster.SILENCE);
    Account alice = account(Duration.ofMillis(300), cluster.start("n1"));
    long begun = System.nanoTime();

    assertThatThrownBy(alice::close)
        .isInstanceOfSatisfying(
            OutcomeUnknownException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_DURING_EXECUTION));

    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(250), Duration.ofSeconds(2));
  }

  @Test
  void saysThatACallWasNotRunWhenNoNodeIsLeft() {
    Account alice = account(Duration.ofMillis(700), cluster.start("n1"));
    cluster.kill(new NodeId("n1", ScriptedCluster.NAME));

    // On a machine that is busy elsewhere a caller may give up before it is told.
    ErrorCode told = codeOf(alice::close);
    for (int i = 0; i < 20 && told == ErrorCode.DEADLINE_DURING_EXECUTION; i++) {
      told = codeOf(alice::close);
    }

    assertThat(told)
        .isIn(
            ErrorCode.NODE_UNAVAILABLE,
            ErrorCode.SHUTTING_DOWN,
            ErrorCode.DEADLINE_BEFORE_EXECUTION);
  }

  private static ErrorCode codeOf(ThrowingCallable call) {
    return catchThrowableOfType(OrbitException.class, call).code();
  }

  @Test
  void spreadsClientsOverTheMembers() {
    Endpoint seed = cluster.start("n1");
    cluster.start("n2");
    cluster.start("n3");

    Set<NodeId> gateways = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      account(seed).close();
      gateways.add(cluster.calls().getLast().node());
    }

    assertThat(gateways).hasSizeGreaterThan(1);
  }

  @Test
  void connectsOverTheEndpointThatAnswers() throws Exception {
    Endpoint dead = deadEndpoint();

    long balance = account(dead, cluster.start("n1")).deposit(1);

    assertThat(balance).isEqualTo(42);
  }

  @Test
  void saysWhatToCheckWhenNoEndpointAnswers() throws Exception {
    Endpoint dead = deadEndpoint();

    assertThatThrownBy(() -> account(dead))
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE))
        .hasMessageContaining("no node of a cluster answers at [%s]", dead)
        .hasMessageContaining("check the addresses and that a node is running");
  }

  /** A port that was free a moment ago. */
  private static Endpoint deadEndpoint() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint("127.0.0.1", socket.getLocalPort());
    }
  }

  @Test
  void refusesAnotherClusterThanTheRequiredOne() {
    Endpoint node = cluster.start("n1");

    assertThatThrownBy(() -> OrbitClient.builder().endpoint(node).cluster("other").connect())
        .isInstanceOfSatisfying(
            ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_CLUSTER));
  }

  @Test
  void refusesToConnectToNowhere() {
    assertThatThrownBy(() -> OrbitClient.builder().connect())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("endpoints(...)");
    assertThatThrownBy(() -> OrbitClient.connect("nowhere"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesCallsOnceItIsClosed() {
    OrbitClient client = client(Duration.ofSeconds(1), cluster.start("n1"));
    Account alice = client.get(Account.class, "alice");

    client.close();

    assertThatThrownBy(alice::close).isInstanceOf(NotExecutedException.class);
  }
}
