package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.QUICK;
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
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.wire.InvocationResponseProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.grpc.Transports;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectingIT {
  private static final Endpoint NOBODY = new Endpoint("127.0.0.1", 1);

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void refusesFastAndWithAdviceWhenNobodyListens() throws Exception {
    Transport client = cluster.client();
    cluster.locate(id("b"), NOBODY);

    Throwable first = failureOf(client.request(id("b"), call("1")));
    Throwable second = failureOf(client.request(id("b"), call("2")));

    assertThat(first).isInstanceOf(NotExecutedException.class).hasMessageContaining("127.0.0.1:1");
    assertThat(((OrbitException) first).code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE);
    assertThat(second)
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            refused ->
                assertThat(refused.retryAfter().orElseThrow()).isLessThan(Duration.ofMillis(200)));
  }

  @Test
  void refusesWhatTheResolverDoesNotKnowOrFailsAt() throws Exception {
    Transport client = cluster.client();
    NodeResolver failing =
        node -> {
          throw new IllegalStateException("etcd is down");
        };
    try (Transport other =
        Transports.client(
            cluster.environment, QUICK, NodeIdentity.client(TestCluster.NAME), failing)) {

      Throwable unknown = failureOf(client.request(id("b"), call("1")));
      Throwable failed = failureOf(other.request(id("b"), call("1")));

      assertThat(unknown)
          .isInstanceOf(NotExecutedException.class)
          .hasMessageContaining("knows no endpoint of node test/b");
      assertThat(failed)
          .isInstanceOf(NotExecutedException.class)
          .hasMessageContaining("etcd is down");
    }
  }

  @Test
  void givesUpAnAttemptToConnectWhenItTakesTooLong() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    NodeResolver hanging =
        node -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Optional.empty();
        };
    TransportConfig impatient =
        TransportConfig.builder().connectTimeout(Duration.ofMillis(100)).build();
    try (Transport client =
        Transports.client(
            cluster.environment, impatient, NodeIdentity.client(TestCluster.NAME), hanging)) {

      Throwable failure = failureOf(client.request(id("b"), call("1")));

      assertThat(failure)
          .isInstanceOf(NotExecutedException.class)
          .hasMessageContaining("connectTimeout");
      never.countDown();
    }
  }

  @Test
  void connectsAgainWhenTheNodeComesBackOnTheSamePort() throws Exception {
    Transport first = cluster.node("b", echo());
    int port = first.listening().orElseThrow().port();
    Transport client = cluster.client();
    answerOf(client.request(id("b"), call("before")));
    first.close();

    cluster.node("b", QUICK, port, echo());

    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> text(answerOf(client.request(id("b"), call("after")))).equals("after"));
  }

  @Test
  void followsANodeToAnotherEndpoint() throws Exception {
    Transport first = cluster.node("b", echo());
    Transport client = cluster.client();
    answerOf(client.request(id("b"), call("before")));

    Transport second = cluster.node("b", echo());
    first.close();

    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> text(answerOf(client.request(id("b"), call("after")))).equals("after"));
    assertThat(second.listening()).isNotEqualTo(first.listening());
  }

  @Test
  void saysThatTheOutcomeIsUnknownAtOnceWhenTheStreamBreaks() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    Transport b = cluster.node("b", (message, replies) -> arrived.countDown());
    Transport client = cluster.client();
    CompletionStage<Message> answer = client.request(id("b"), call("1"));
    assertThat(arrived.await(10, SECONDS)).isTrue();
    long before = System.nanoTime();

    b.close();
    Throwable failure = failureOf(answer);

    assertThat(failure).isInstanceOf(OutcomeUnknownException.class).hasMessageContaining("test/b");
    assertThat(((OrbitException) failure).code()).isEqualTo(ErrorCode.CONNECTION_LOST);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void keepsWhatIsQueuedForTheNextStreamWhenAStableOneBreaks() throws Exception {
    BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    AtomicBoolean mute = new AtomicBoolean(true);
    try (ScriptedEnd b =
        new ScriptedEnd(
            ScriptedEnd.hello("b", TestCluster.NAME).build(),
            (message, answers) -> {
              arrived.add(message.getPayload().toStringUtf8());
              if (mute.getAndSet(false)) {
                // Long enough up to count as stable.
                cluster.environment.schedule(
                    Duration.ofMillis(1100),
                    () -> answers.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException()));
              } else {
                answers.onNext(
                    MessageProto.newBuilder()
                        .setMessageId(message.getMessageId())
                        .setContent(
                            MessageContentProto.newBuilder()
                                .setInvocationResponse(
                                    InvocationResponseProto.getDefaultInstance()))
                        .build());
              }
            })) {
      cluster.locate(id("b"), b.endpoint());
      Transport client = cluster.client();

      CompletionStage<Message> lost = client.request(id("b"), call("lost"));
      Throwable failure = failureOf(lost);
      Message answer = answerOf(client.request(id("b"), call("again")));

      assertThat(failure).isInstanceOf(OutcomeUnknownException.class);
      assertThat(answer.content()).isInstanceOf(Content.InvocationResponse.class);
      assertThat(arrived).containsExactly("lost", "again");
    }
  }

  @Test
  void failsTheRequestsOfAPeerOfAnotherClusterAndSendsNothing() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    Transport stranger =
        cluster.node(
            NodeIdentity.node(
                "other",
                new dev.orbit.api.address.NodeId("b", "other"),
                () -> 1,
                new Endpoint("127.0.0.1", 0)),
            QUICK,
            (message, replies) -> ran.incrementAndGet());
    cluster.locate(id("b"), stranger.listening().orElseThrow());
    Transport a = cluster.node("a", echo());
    Transport client = cluster.client();

    Throwable ofNode = failureOf(a.request(id("b"), call("1")));
    Throwable ofClient = failureOf(client.request(id("b"), call("1")));
    Throwable again = failureOf(client.request(id("b"), call("2")));
    CompletableFuture<Content.InfoResponse> info =
        client.connectionInfo(stranger.listening().orElseThrow()).toCompletableFuture();

    for (Throwable failure : List.of(ofNode, ofClient, again)) {
      assertThat(failure)
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("other")
          .hasMessageContaining(TestCluster.NAME);
      assertThat(((OrbitException) failure).code()).isEqualTo(ErrorCode.WRONG_CLUSTER);
    }
    assertThatThrownBy(() -> info.get(10, SECONDS)).hasCauseInstanceOf(ProtocolException.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void doesNotTalkToAnotherNodeThanTheOneThatWasMeant() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    Transport c = cluster.node("c", (message, replies) -> ran.incrementAndGet());
    cluster.locate(id("b"), c.listening().orElseThrow());
    Transport client = cluster.client();

    Throwable failure = failureOf(client.request(id("b"), call("1")));

    assertThat(failure).isInstanceOf(NotExecutedException.class).hasMessageContaining("test/c");
    assertThat(ran).hasValue(0);
  }

  @Test
  void failsWhatWaitsForANodeThatIsForgotten() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    cluster.node("b", (message, replies) -> arrived.countDown());
    Transport client = cluster.client();
    CompletionStage<Message> sent = client.request(id("b"), call("x"));
    assertThat(arrived.await(10, SECONDS)).isTrue();

    client.forget(id("b"));

    assertThat(failureOf(sent))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("left the cluster");
  }
}
