package dev.orbit.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.ConnectionStatistics;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.MessageHandler;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Connections that are made ahead, replaced while they are in use, and led elsewhere. S1.6, S2.15.
 */
class RenewalIT {
  private static final NodeId NODE = new NodeId("b", "test");
  private static final Duration LONG = Duration.ofSeconds(30);

  private final SystemEnvironment environment = new SystemEnvironment();
  private final List<Integer> arrived = Collections.synchronizedList(new ArrayList<>());
  private final List<Runnable> held = Collections.synchronizedList(new ArrayList<>());
  private final Transport node =
      Transports.node(
          environment,
          TransportConfig.DEFAULT,
          NodeIdentity.node("test", NODE, () -> 1, new Endpoint("127.0.0.1", 0)),
          other -> Optional.empty(),
          () -> new Content.InfoResponse(NODE, List.of(), 1),
          new HealthBoard());
  private FaultProxy first;
  private FaultProxy second;
  private volatile Endpoint at;
  private Transport client;

  @BeforeEach
  void listen() {
    MessageHandler handler =
        (message, replies) -> {
          String text = new String(message.payload().bytes(), StandardCharsets.UTF_8);
          Runnable answer =
              () ->
                  replies.reply(
                      message.id(), new Content.InvocationResponse(""), message.payload());
          if (text.equals("hold")) {
            held.add(answer);
          } else {
            arrived.add(Integer.parseInt(text));
            answer.run();
          }
        };
    node.start(handler);
    first = FaultProxy.to(node.listening().orElseThrow());
    second = FaultProxy.to(node.listening().orElseThrow());
    at = first.endpoint();
  }

  @AfterEach
  void close() {
    client.close();
    first.close();
    second.close();
    node.close();
    environment.close();
  }

  private void connect(TransportConfig.Builder config) {
    client =
        Transports.client(
            environment,
            config.sweepInterval(Duration.ofMillis(100)).build(),
            NodeIdentity.client("test"),
            asked -> Optional.of(at));
  }

  /** Waits also where the machine is busy. */
  private static TransportConfig.Builder patient() {
    return TransportConfig.builder().connectTimeout(LONG);
  }

  private CompletableFuture<Message> call(String text) {
    Content.InvocationRequest request =
        new Content.InvocationRequest(
            new AddressableReference("T", Key.of("k")),
            "m",
            "",
            Content.InvocationReason.INVOCATION,
            false);
    Headers headers = Headers.NONE.withRemainingMicros(TimeUnit.SECONDS.toMicros(60));
    Payload payload = new Payload(1, text.getBytes(StandardCharsets.UTF_8));
    return client
        .request(NODE, new Message(0, null, null, request, 0, headers, payload))
        .toCompletableFuture();
  }

  private ConnectionStatistics statistics() {
    return client.peers().getFirst().statistics();
  }

  @Test
  void whatIsTooOldIsReplacedAndNoCallIsLostNorOvertaken() throws Exception {
    connect(patient().maxAge(Duration.ofSeconds(1)));
    CompletableFuture<Message> slow = call("hold");
    List<CompletableFuture<Message>> answers = new ArrayList<>();

    // The condition is looked at again and again, and each time sends some more.
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              for (int i = 0; i < 20; i++) {
                answers.add(call(String.valueOf(answers.size())));
              }
              return statistics().connects() >= 3;
            });
    for (CompletableFuture<Message> answer : answers) {
      answer.get(30, TimeUnit.SECONDS);
    }
    held.getFirst().run();
    slow.get(30, TimeUnit.SECONDS);

    assertThat(arrived).isEqualTo(IntStream.range(0, answers.size()).boxed().toList());
    assertThat(statistics().failed()).isZero();
    // Those that were replaced have brought their answers and are gone.
    await().atMost(LONG).until(() -> first.connections() <= 2);
  }

  @Test
  void aNodeThatHasMovedIsFollowedWhileItAnswers() throws Exception {
    connect(patient());
    CompletableFuture<Message> before = call("hold");
    await().atMost(LONG).until(() -> held.size() == 1);

    at = second.endpoint();
    await().atMost(LONG).until(() -> second.connections() == 1);
    await().atMost(LONG).until(() -> statistics().connects() == 2);
    call("1").get(30, TimeUnit.SECONDS);
    boolean open = !before.isDone();
    held.getFirst().run();
    before.get(30, TimeUnit.SECONDS);

    assertThat(open).isTrue();
    await().atMost(LONG).until(() -> first.connections() == 0);
    assertThat(client.connections().state(NODE)).isEqualTo(PeerStatus.State.READY);
  }

  @Test
  void whereNoOtherConnectionCanBeMadeTheOldOneStays() throws Exception {
    connect(patient());
    call("1").get(30, TimeUnit.SECONDS);

    second.refuse();
    at = second.endpoint();
    // It is tried in vain: by the sweep too.
    client.connections().renew(NODE, "the test says so");
    for (int number = 2; number < 50; number++) {
      call(String.valueOf(number)).get(30, TimeUnit.SECONDS);
    }

    assertThat(statistics().connects()).isEqualTo(1);
    assertThat(statistics().failed()).isZero();
    assertThat(first.connections()).isEqualTo(1);
  }

  @Test
  void whileItIsNotKnownWhatTheOldOneHasBroughtTheNewOneIsNotUsed() throws Exception {
    connect(TransportConfig.builder().connectTimeout(Duration.ofSeconds(2)));
    client.connections().warm(NODE);
    await().atMost(LONG).until(() -> ready() == 1);
    call("1").get(30, TimeUnit.SECONDS);

    first.cut();
    CompletableFuture<Message> onItsWay = call("2");
    at = second.endpoint();
    client.connections().renew(NODE, "the test says so");
    await().atMost(LONG).until(() -> second.connections() == 1);
    CompletableFuture<Message> behind = call("3");
    // The new one has greeted and is given up again.
    await().atMost(LONG).until(() -> statistics().failed() >= 1);
    at = first.endpoint();
    await().atMost(LONG).until(() -> second.connections() == 0);
    first.heal();
    onItsWay.get(30, TimeUnit.SECONDS);
    behind.get(30, TimeUnit.SECONDS);

    assertThat(arrived).containsExactly(1, 2, 3);
  }

  @Test
  void warmConnectionsAreMadeAheadAndMadeAgain() {
    connect(
        patient()
            .maxConnections(3)
            .warmConnections(2)
            .idleTimeout(Duration.ofSeconds(1))
            .initialBackoff(Duration.ofMillis(20)));

    client.connections().warm(NODE);
    await().atMost(LONG).until(() -> ready() == 2);
    first.reset();
    await().atMost(LONG).until(() -> made() >= 4 && ready() == 2);

    assertThat(first.connections()).isEqualTo(2);
    assertThat(client.peers())
        .allSatisfy(peer -> assertThat(peer.statistics().requests()).isZero());
  }

  private long ready() {
    return client.peers().stream().filter(PeerStatus::isHealthy).count();
  }

  private long made() {
    return client.peers().stream().mapToLong(peer -> peer.statistics().connects()).sum();
  }
}
