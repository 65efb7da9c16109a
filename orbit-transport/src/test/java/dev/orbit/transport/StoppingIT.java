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

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.wire.GoodbyeProto;
import dev.orbit.proto.wire.InvocationResponseProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.transport.grpc.Transports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoppingIT {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static ErrorCode codeOf(CompletionStage<Message> answer) throws Exception {
    return ((OrbitException) failureOf(answer)).code();
  }

  @Test
  void takesAGoodbyeAsAPromiseThatTheUnansweredWasNotRun() throws Exception {
    try (ScriptedEnd b =
        new ScriptedEnd(
            ScriptedEnd.hello("b", TestCluster.NAME).build(),
            (message, answers) ->
                answers.onNext(
                    ScriptedEnd.with(
                        MessageContentProto.newBuilder()
                            .setGoodbye(GoodbyeProto.newBuilder().setReason("upgrade")))))) {
      cluster.locate(id("b"), b.endpoint());
      Transport client = cluster.client();

      Throwable failure = failureOf(client.request(id("b"), call("x")));

      assertThat(failure).isInstanceOf(NotExecutedException.class).hasMessageContaining("upgrade");
      assertThat(((OrbitException) failure).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    }
  }

  /** What is new is taken, as before, until it is refused. */
  private static Message refusedOne(
      Transport client, BlockingQueue<Runnable> running, List<Runnable> taken) {
    while (true) {
      CompletableFuture<Message> next = client.request(id("b"), call("new")).toCompletableFuture();
      await().atMost(BOUND).until(() -> next.isDone() || !running.isEmpty());
      Runnable turn = running.poll();
      if (turn == null) {
        return next.join();
      }
      taken.add(turn);
    }
  }

  @Test
  void drainsByAnsweringWhatItHasAndRefusingWhatIsNew() throws Exception {
    BlockingQueue<Runnable> running = new LinkedBlockingQueue<>();
    Transport b =
        cluster.node(
            "b", (message, replies) -> running.add(() -> echo().onMessage(message, replies)));
    Transport client = cluster.client();
    CompletionStage<Message> early = client.request(id("b"), call("early"));
    Runnable turn = running.poll(10, SECONDS);
    CompletableFuture<Boolean> drained = new CompletableFuture<>();
    cluster.environment.virtualThreads().execute(() -> drained.complete(b.drain(BOUND)));
    List<Runnable> taken = new ArrayList<>();
    Message refused = refusedOne(client, running, taken);
    boolean doneBefore = drained.isDone();
    taken.forEach(Runnable::run);
    turn.run();

    assertThat(refused.content())
        .isInstanceOfSatisfying(
            Content.InvocationError.class,
            error -> assertThat(error.code()).contains(ErrorCode.SHUTTING_DOWN));
    assertThat(doneBefore).isFalse();
    assertThat(text(answerOf(early))).isEqualTo("early");
    assertThat(drained.get(10, SECONDS)).isTrue();
    assertThat(failureOf(client.request(id("b"), call("after"))))
        .isInstanceOf(NotExecutedException.class);
  }

  /** It was taken, so that it must be answered, and may need others for that. */
  @Test
  void whatHasComeInMayAskOthersWhileItsNodeStops() throws Exception {
    cluster.node("a", echo());
    BlockingQueue<Runnable> running = new LinkedBlockingQueue<>();
    CompletableFuture<Transport> self = new CompletableFuture<>();
    Transport b =
        cluster.node(
            "b",
            (message, replies) ->
                running.add(
                    () -> {
                      var _ =
                          self.join()
                              .request(id("a"), call("asked"))
                              .thenAccept(
                                  answer ->
                                      replies.reply(
                                          message.id(), answer.content(), answer.payload()));
                    }));
    self.complete(b);
    Transport client = cluster.client();
    CompletionStage<Message> early = client.request(id("b"), call("early"));
    Runnable turn = running.poll(10, SECONDS);
    CompletableFuture<Boolean> drained = new CompletableFuture<>();
    cluster.environment.virtualThreads().execute(() -> drained.complete(b.drain(BOUND)));
    List<Runnable> taken = new ArrayList<>();
    refusedOne(client, running, taken);

    turn.run();
    taken.forEach(Runnable::run);

    assertThat(text(answerOf(early))).isEqualTo("asked");
    assertThat(drained.get(30, SECONDS)).isTrue();
    assertThat(failureOf(b.request(id("a"), call("x")))).isInstanceOf(NotExecutedException.class);
  }

  @Test
  void stopsWaitingWhenDrainingTakesTooLong() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    Transport b = cluster.node("b", (message, replies) -> arrived.countDown());
    Transport client = cluster.client();
    CompletionStage<Message> stuck = client.request(id("b"), call("x"));
    assertThat(arrived.await(10, SECONDS)).isTrue();

    boolean drained = b.drain(Duration.ofMillis(100));
    b.close();

    assertThat(drained).isFalse();
    assertThat(failureOf(stuck)).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void refusesAfterClosing() throws Exception {
    Transport client = cluster.client();
    client.close();
    client.close();

    ErrorCode code = codeOf(client.request(id("b"), call("x")));

    assertThat(code).isEqualTo(ErrorCode.SHUTTING_DOWN);
    assertThatThrownBy(() -> client.send(id("b"), call("x")))
        .isInstanceOf(NotExecutedException.class);
  }

  @Test
  void doesNotDialAgainWhatItHasLeftItself() throws Exception {
    ShiftedEnvironment environment = new ShiftedEnvironment(cluster.environment);
    CountDownLatch left = new CountDownLatch(1);
    try (ScriptedEnd b =
        new ScriptedEnd(
            ScriptedEnd.hello("b", TestCluster.NAME).build(),
            (message, answers) -> {
              if (message.getContent().hasGoodbye()) {
                left.countDown();
              } else {
                answers.onNext(
                    message.toBuilder()
                        .setContent(
                            MessageContentProto.newBuilder()
                                .setInvocationResponse(
                                    InvocationResponseProto.getDefaultInstance()))
                        .build());
              }
            })) {
      cluster.locate(id("b"), b.endpoint());
      Transport client =
          Transports.client(environment, QUICK, NodeIdentity.client(TestCluster.NAME), cluster);
      answerOf(client.request(id("b"), call("x")));
      // Long enough up that it would be dialled again at once.
      environment.advance(Duration.ofMinutes(1));

      client.drain(Duration.ofSeconds(10));
      assertThat(left.await(10, SECONDS)).isTrue();
      await().atMost(Duration.ofSeconds(30)).until(() -> b.connections() == 0);
      client.close();

      assertThat(environment.scheduled).containsOnlyOnce(QUICK.connectTimeout());
    }
  }

  @Test
  void namesThePortThatIsTaken() {
    Transport b = cluster.node("b", echo());
    int port = b.listening().orElseThrow().port();

    assertThatThrownBy(() -> cluster.node("c", QUICK, port, echo()))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE))
        .hasMessageContaining(Integer.toString(port));
  }
}
