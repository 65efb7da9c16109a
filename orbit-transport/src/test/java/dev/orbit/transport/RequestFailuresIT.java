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
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.transport.grpc.Transports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestFailuresIT {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static ErrorCode codeOf(CompletionStage<Message> answer) throws Exception {
    return ((OrbitException) failureOf(answer)).code();
  }

  @Test
  void refusesMoreRequestsThanMayBeUnanswered() throws Exception {
    cluster.node("b", (message, replies) -> {});
    Transport client =
        cluster.client(TransportConfig.builder().maxInFlight(10).build(), TestCluster.NAME);
    List<CompletionStage<Message>> open = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      open.add(client.request(id("b"), call("x")));
    }

    Throwable failure = failureOf(client.request(id("b"), call("one more")));

    assertThat(failure)
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
              assertThat(refused.retryAfter()).isPresent();
            });
    assertThat(open).noneMatch(answer -> answer.toCompletableFuture().isDone());
  }

  @Test
  void refusesAtTheReceiverWhatASenderShouldNotHaveSent() throws Exception {
    TransportConfig strict = TransportConfig.builder().maxInFlight(5).build();
    cluster.node("b", strict, 0, (message, replies) -> {});
    Transport client = cluster.client();
    for (int i = 0; i < 5; i++) {
      client.request(id("b"), call("x"));
    }

    Message answer = answerOf(client.request(id("b"), call("one more")));

    assertThat(answer.content())
        .isInstanceOfSatisfying(
            Content.InvocationError.class,
            error -> {
              assertThat(error.code()).contains(ErrorCode.OVERLOADED);
              assertThat(error.retryAfter()).isPresent();
            });
  }

  @Test
  void neverSendsWhatReachedItsDeadlineInTheQueue() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch resolve = new CountDownLatch(1);
    Transport b =
        cluster.node(
            "b",
            (message, replies) -> {
              ran.incrementAndGet();
              echo().onMessage(message, replies);
            });
    NodeResolver slow =
        node -> {
          try {
            resolve.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return b.listening();
        };
    try (Transport client =
        Transports.client(
            cluster.environment, QUICK, NodeIdentity.client(TestCluster.NAME), slow)) {
      CompletionStage<Message> late =
          client.request(id("b"), call(new byte[1], Duration.ofMillis(50)));
      CompletionStage<Message> patient = client.request(id("b"), call("patient"));

      Throwable failure = failureOf(late);
      resolve.countDown();
      Message answer = answerOf(patient);

      assertThat(failure).isInstanceOf(NotExecutedException.class);
      assertThat(((OrbitException) failure).code()).isEqualTo(ErrorCode.DEADLINE_BEFORE_EXECUTION);
      assertThat(text(answer)).isEqualTo("patient");
      assertThat(ran).hasValue(1);
    }
  }

  @Test
  void cancelsAtTheOtherEndWhatItsCallerGivesUpAndFreesItsPlace() throws Exception {
    BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
    cluster.node("b", (message, replies) -> arrived.add(message));
    Transport client =
        cluster.client(TransportConfig.builder().maxInFlight(1).build(), TestCluster.NAME);
    CompletionStage<Message> first = client.request(id("b"), call("first"));
    long sent = arrived.poll(5, SECONDS).id();

    first.toCompletableFuture().cancel(true);
    CompletionStage<Message> second = client.request(id("b"), call("second"));

    assertThat(arrived.poll(5, SECONDS).content()).isEqualTo(new Content.Cancel(sent));
    assertThat(text(arrived.poll(5, SECONDS))).isEqualTo("second");
    assertThat(second.toCompletableFuture()).isNotDone();
  }

  @Test
  void neverSendsWhatItsCallerGivesUpInTheQueue() throws Exception {
    BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
    CountDownLatch resolve = new CountDownLatch(1);
    Transport b =
        cluster.node(
            "b",
            (message, replies) -> {
              arrived.add(message);
              echo().onMessage(message, replies);
            });
    NodeResolver slow =
        node -> {
          try {
            resolve.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return b.listening();
        };
    TransportConfig one = TransportConfig.builder().maxInFlight(1).maxQueuedMessages(1).build();
    try (Transport client =
        Transports.client(cluster.environment, one, NodeIdentity.client(TestCluster.NAME), slow)) {
      CompletionStage<Message> first = client.request(id("b"), call("first"));

      first.toCompletableFuture().completeExceptionally(new TimeoutException("too slow for me"));
      // Its place in the queue is free once the loop has looked.
      Message answer =
          await()
              .atMost(5, SECONDS)
              .until(
                  () -> {
                    CompletionStage<Message> next = client.request(id("b"), call("second"));
                    resolve.countDown();
                    return next.toCompletableFuture().isCompletedExceptionally()
                        ? null
                        : answerOf(next);
                  },
                  Objects::nonNull);

      assertThat(text(answer)).isEqualTo("second");
      assertThat(arrived).extracting(TestCluster::text).containsExactly("second");
    }
  }

  @Test
  void cancelsAtTheOtherEndWhatWasNotAnsweredInTime() throws Exception {
    BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
    cluster.node(
        "b",
        (message, replies) -> {
          if (message.content() instanceof Content.Cancel || !text(message).equals("first")) {
            arrived.add(message);
          } else {
            echo().onMessage(message, replies);
          }
        });
    Transport client = cluster.client();
    // So that its deadline does not pass while the connection is made.
    answerOf(client.request(id("b"), call("first")));

    Throwable failure =
        failureOf(client.request(id("b"), call(new byte[1], Duration.ofMillis(500))));

    assertThat(failure)
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageMatching(
            ".* did not answer message \\d+ within \\d+ ms: it waited \\d+ ms to be written, and"
                + " nothing was heard of it in the \\d+ ms since");
    assertThat(((OrbitException) failure).code()).isEqualTo(ErrorCode.DEADLINE_DURING_EXECUTION);
    long sent = arrived.poll(30, SECONDS).id();
    assertThat(arrived.poll(30, SECONDS).content()).isEqualTo(new Content.Cancel(sent));
  }

  @Test
  void dropsAnAnswerThatComesTooLate() throws Exception {
    BlockingQueue<Runnable> late = new LinkedBlockingQueue<>();
    cluster.node(
        "b",
        (message, replies) -> {
          if (text(message).equals("slow")) {
            late.add(
                () -> replies.reply(message.id(), new Content.InvocationResponse("late"), null));
          } else {
            echo().onMessage(message, replies);
          }
        });
    Transport client = cluster.client();
    // So that its deadline does not pass while the connection is made.
    answerOf(client.request(id("b"), call("first")));

    Throwable failure =
        failureOf(
            client.request(
                id("b"),
                call(
                    "slow".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    Duration.ofMillis(100))));
    late.poll(5, SECONDS).run();
    Message next = answerOf(client.request(id("b"), call("next")));

    assertThat(failure).isInstanceOf(OutcomeUnknownException.class);
    assertThat(text(next)).isEqualTo("next");
  }

  @Test
  void refusesAMessageThatIsLargerThanAllowedBeforeItIsSent() throws Exception {
    TransportConfig small =
        TransportConfig.builder()
            .maxMessageBytes(100_000)
            .batchBytes(50_000)
            .bulk(BulkConfig.OFF)
            .build();
    cluster.node("b", small, 0, echo());
    Transport client = cluster.client();
    Transport strict = cluster.client(small, TestCluster.NAME);

    ErrorCode byOwnLimit =
        codeOf(strict.request(id("b"), call(new byte[100_000], Duration.ofSeconds(5))));
    ErrorCode byPeersLimit =
        codeOf(client.request(id("b"), call(new byte[100_000], Duration.ofSeconds(5))));
    Message fits = answerOf(client.request(id("b"), call(new byte[99_000], Duration.ofSeconds(5))));

    assertThat(byOwnLimit).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(byPeersLimit).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(fits.payload().bytes()).hasSize(99_000);
  }

  @Test
  void saysThatTheMethodRanWhenItsAnswerIsTooLarge() throws Exception {
    TransportConfig small =
        TransportConfig.builder().maxMessageBytes(100_000).batchBytes(50_000).build();
    cluster.node(
        "b",
        (message, replies) ->
            replies.reply(
                message.id(),
                new Content.InvocationResponse(""),
                new dev.orbit.proto.Payload(1, new byte[200_000])));
    Transport client = cluster.client(small, TestCluster.NAME);

    Message answer = answerOf(client.request(id("b"), call("x")));

    assertThat(answer.content())
        .isInstanceOfSatisfying(
            Content.InvocationError.class,
            error -> assertThat(error.code()).contains(ErrorCode.BAD_RESULT));
  }

  @Test
  void answersWhatTheHandlerThrows() throws Exception {
    cluster.node(
        "b",
        (message, replies) -> {
          if (message.content() instanceof Content.DirectoryRequest) {
            throw new IllegalStateException("directory trouble");
          }
          throw new NotExecutedException(ErrorCode.LEASE_LOST, "no lease");
        });
    Transport client = cluster.client();
    Message lookup =
        Message.of(0, new Content.Lookup(new AddressableReference("T", Key.of("k"))))
            .withHeaders(Headers.NONE.withRemainingMicros(9_000_000));

    Message known = answerOf(client.request(id("b"), call("x")));
    Message unknown = answerOf(client.request(id("b"), lookup));

    assertThat(known.content())
        .isInstanceOfSatisfying(
            Content.InvocationError.class,
            error -> assertThat(error.code()).contains(ErrorCode.LEASE_LOST));
    assertThat(unknown.content())
        .isInstanceOfSatisfying(
            Content.Failure.class,
            failure -> {
              assertThat(failure.code()).isEmpty();
              assertThat(failure.description()).contains("directory trouble");
            });
  }
}
