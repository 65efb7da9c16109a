package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.failureOf;
import static dev.orbit.transport.TestCluster.id;
import static dev.orbit.transport.TestCluster.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.grpc.Transports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many connections there are, and for how long. */
class ConnectionsIT {
  /** Waits also where the machine is busy. */
  private static final TransportConfig PATIENT =
      TransportConfig.builder(TestCluster.QUICK).connectTimeout(Duration.ofSeconds(30)).build();

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Message to(String actor, int number) {
    Content.InvocationRequest request =
        new Content.InvocationRequest(
            new AddressableReference("Echo", Key.of(actor)),
            "echo",
            "",
            Content.InvocationReason.INVOCATION,
            false);
    Headers headers = Headers.NONE.withRemainingMicros(TimeUnit.SECONDS.toMicros(30));
    byte[] payload = (actor + ":" + number).getBytes(StandardCharsets.UTF_8);
    return new Message(0, null, null, request, 0, headers, new Payload(1, payload));
  }

  @Test
  void makesMoreConnectionsToANodeUpToTheirNumberAndKeepsTheOrderOfEachActor() throws Exception {
    Map<String, List<Integer>> arrived = new ConcurrentHashMap<>();
    Map<String, String> streams = new ConcurrentHashMap<>();
    cluster.node(
        "b",
        (message, replies) -> {
          String[] parts = text(message).split(":");
          streams.put(replies.remoteAddress(), "");
          arrived
              .computeIfAbsent(parts[0], actor -> Collections.synchronizedList(new ArrayList<>()))
              .add(Integer.parseInt(parts[1]));
          echo().onMessage(message, replies);
        });
    Transport client =
        cluster.client(
            TransportConfig.builder(TestCluster.QUICK).maxConnections(3).build(), TestCluster.NAME);

    answerOf(client.request(id("b"), to("alone", 0)));
    int first = streams.size();
    List<CompletionStage<Message>> answers = new ArrayList<>();
    for (int number = 0; number < 100; number++) {
      for (int actor = 0; actor < 20; actor++) {
        answers.add(client.request(id("b"), to("actor-" + actor, number)));
      }
    }
    for (CompletionStage<Message> answer : answers) {
      answerOf(answer);
    }

    assertThat(first).isEqualTo(1);
    assertThat(streams).hasSize(3);
    assertThat(client.peers())
        .extracting(PeerStatus::connection, PeerStatus::isHealthy)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(0, true),
            org.assertj.core.groups.Tuple.tuple(1, true),
            org.assertj.core.groups.Tuple.tuple(2, true));
    for (int actor = 0; actor < 20; actor++) {
      assertThat(arrived.get("actor-" + actor)).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }
  }

  @Test
  void givesUpAConnectionThatNobodyNeedsAndMakesItAgain() throws Exception {
    cluster.node("b", echo());
    Transport client =
        cluster.client(
            TransportConfig.builder(TestCluster.QUICK).idleTimeout(Duration.ofSeconds(1)).build(),
            TestCluster.NAME);

    answerOf(client.request(id("b"), call("1")));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> client.peers().getFirst().state() == PeerStatus.State.IDLE);
    Message again = answerOf(client.request(id("b"), call("2")));

    assertThat(text(again)).isEqualTo("2");
    assertThat(client.peers().getFirst().state()).isEqualTo(PeerStatus.State.READY);
  }

  @Test
  void neverGivesUpAConnectionWhileAnAnswerIsWaitedFor() throws Exception {
    List<Runnable> held = Collections.synchronizedList(new ArrayList<>());
    cluster.node("b", (message, replies) -> held.add(() -> echo().onMessage(message, replies)));
    ShiftedEnvironment environment = new ShiftedEnvironment(cluster.environment);
    try (Transport client =
        Transports.client(
            environment,
            TransportConfig.builder(TestCluster.QUICK).idleTimeout(Duration.ofSeconds(1)).build(),
            NodeIdentity.client(TestCluster.NAME),
            cluster)) {
      CompletionStage<Message> slow = client.request(id("b"), call("slow"));
      await().atMost(Duration.ofSeconds(30)).until(() -> held.size() == 1);

      // Each look sets the timer for the next.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  environment.scheduled.stream()
                          .filter(delay -> delay.compareTo(Duration.ofMillis(500)) > 0)
                          .filter(delay -> delay.compareTo(Duration.ofSeconds(1)) <= 0)
                          .count()
                      >= 3);
      held.getFirst().run();

      assertThat(text(answerOf(slow))).isEqualTo("slow");
    }
  }

  @Test
  void asksAnEndpointAgainWhereNobodyListensYet() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ShiftedEnvironment environment = new ShiftedEnvironment(cluster.environment);
    environment.beforeFirst(() -> cluster.node("b", TestCluster.QUICK, port, echo()));
    try (Transport client =
        Transports.client(
            environment, TestCluster.QUICK, NodeIdentity.client(TestCluster.NAME), cluster)) {

      Content.InfoResponse info =
          client
              .connectionInfo(new Endpoint("127.0.0.1", port))
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);

      assertThat(info.node()).isEqualTo(id("b"));
      assertThat(environment.scheduled).hasSize(1);
    }
  }

  @Test
  void asksAnEndpointNoMoreOftenThanItIsTold() throws Exception {
    ShiftedEnvironment environment = new ShiftedEnvironment(cluster.environment);
    TransportConfig twice = TransportConfig.builder(TestCluster.QUICK).retryAttempts(2).build();
    try (Transport client =
        Transports.client(environment, twice, NodeIdentity.client(TestCluster.NAME), cluster)) {

      Throwable failure =
          failureOf(
              client
                  .connectionInfo(new Endpoint("127.0.0.1", 1))
                  .thenApply(info -> Message.of(0, info)));

      assertThat(failure).isInstanceOf(NotExecutedException.class);
      assertThat(environment.scheduled).hasSize(1);
    }
  }

  @Test
  void tellsWhatEachConnectionHasDone() throws Exception {
    cluster.node(
        "b",
        (message, replies) -> {
          if (!text(message).equals("keep")) {
            echo().onMessage(message, replies);
          }
        });
    Transport client = cluster.client(PATIENT, TestCluster.NAME);

    for (int i = 0; i < 10; i++) {
      answerOf(client.request(id("b"), call("12345678")));
    }
    Throwable late =
        failureOf(
            client.request(
                id("b"), call("keep".getBytes(StandardCharsets.UTF_8), Duration.ofMillis(100))));
    Throwable refused =
        failureOf(client.request(id("b"), call(new byte[65 << 20], Duration.ofSeconds(9))));
    CompletionStage<Message> waiting = client.request(id("b"), call("keep"));

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> client.peers().getFirst().statistics().queued() == 0);
    ConnectionStatistics seen = client.peers().getFirst().statistics();
    assertThat(late).isInstanceOf(OutcomeUnknownException.class);
    assertThat(refused).isInstanceOf(NotExecutedException.class);
    assertThat(waiting.toCompletableFuture()).isNotDone();
    assertThat(seen.requests()).isEqualTo(13);
    assertThat(seen.answered()).isEqualTo(10);
    assertThat(seen.failed()).isEqualTo(2);
    assertThat(seen.inFlight()).isEqualTo(1);
    assertThat(seen.misses()).isEqualTo(1);
    assertThat(seen.hits()).isEqualTo(11);
    assertThat(seen.connects()).isEqualTo(1);
    assertThat(seen.failedConnects()).isZero();
    assertThat(seen.latency()).isPositive().isLessThan(Duration.ofSeconds(30));
    assertThat(seen.establishment()).isPositive();
    assertThat(seen.age()).isPositive();
    assertThat(seen.bytesOut()).isGreaterThan(120);
    assertThat(seen.bytesIn()).isGreaterThan(100);
  }

  @Test
  void callersCanWaitForAStateAndCloseWhatThereIs() throws Exception {
    cluster.node("b", (message, replies) -> {});
    Transport client = cluster.client(PATIENT, TestCluster.NAME);
    Connections connections = client.connections();
    Duration longEnough = Duration.ofSeconds(30);

    PeerStatus.State before = connections.state(id("b"));
    CompletionStage<PeerStatus.State> ready =
        connections.awaitState(id("b"), state -> state == PeerStatus.State.READY, longEnough);
    connections.warm(id("b"));
    PeerStatus.State reached = ready.toCompletableFuture().get(30, TimeUnit.SECONDS);
    boolean healthy = connections.isHealthy(id("b"));
    PeerStatus.State tooLate =
        connections
            .awaitState(id("b"), PeerStatus.State.SHUTDOWN::equals, Duration.ofMillis(20))
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    CompletionStage<Message> lost = client.request(id("b"), call("1"));
    await().atMost(longEnough).until(() -> client.peers().getFirst().statistics().queued() == 0);
    connections.disconnect(id("b"));
    Throwable failure = failureOf(lost);
    PeerStatus.State closed = connections.state(id("b"));
    connections.warm(id("b"));
    connections
        .awaitState(id("b"), PeerStatus.State.READY::equals, longEnough)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    connections.disconnectAll();

    assertThat(before).isEqualTo(PeerStatus.State.IDLE);
    assertThat(reached).isEqualTo(PeerStatus.State.READY);
    assertThat(healthy).isTrue();
    assertThat(tooLate).isEqualTo(PeerStatus.State.READY);
    assertThat(failure).isInstanceOf(OutcomeUnknownException.class);
    assertThat(closed).isEqualTo(PeerStatus.State.IDLE);
    assertThat(connections.state(id("b"))).isEqualTo(PeerStatus.State.IDLE);
    assertThat(connections.isHealthy(id("b"))).isFalse();
  }
}
