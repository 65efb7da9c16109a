package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.NAME;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.id;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.proto.Messages;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.grpc.Transports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchingIT {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  /** Reads until that many messages have come; returns how many came in each piece. */
  private static List<Integer> pieces(ScriptedEnd end, int messages, List<String> payloads)
      throws InterruptedException {
    List<Integer> pieces = new ArrayList<>();
    int seen = 0;
    while (seen < messages) {
      MessageProto piece = end.next();
      List<MessageProto> members =
          piece.getContent().hasBatch()
              ? piece.getContent().getBatch().getMessagesList()
              : List.of(piece);
      members.forEach(member -> payloads.add(member.getPayload().toStringUtf8()));
      pieces.add(members.size());
      seen += members.size();
    }
    return pieces;
  }

  /** A client whose resolver knows the endpoint only from that moment on. */
  private Transport clientThatLearnsTheEndpoint(ScriptedEnd end, CountDownLatch from) {
    return Transports.client(
        cluster.environment,
        TestCluster.QUICK,
        NodeIdentity.client(NAME),
        node -> {
          try {
            from.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Optional.of(end.endpoint());
        });
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  @Test
  void sendsWhatPiledUpWhileConnectingAsBatchesInOrder() throws Exception {
    try (ScriptedEnd b =
        new ScriptedEnd(ScriptedEnd.hello("b", NAME).build(), (message, answers) -> {})) {
      CountDownLatch queued = new CountDownLatch(1);
      Transport client = clientThatLearnsTheEndpoint(b, queued);
      List<String> payloads = new ArrayList<>();

      for (int i = 0; i < 1000; i++) {
        client.request(id("b"), call(Integer.toString(i)));
      }
      queued.countDown();
      List<Integer> pieces = pieces(b, 1000, payloads);
      client.close();

      assertThat(payloads).isEqualTo(numbers(1000));
      assertThat(pieces).containsExactly(128, 128, 128, 128, 128, 128, 128, 104);
    }
  }

  @Test
  void sendsALoneMessagePlain() throws Exception {
    try (ScriptedEnd b =
        new ScriptedEnd(ScriptedEnd.hello("b", NAME).build(), (message, answers) -> {})) {
      cluster.locate(id("b"), b.endpoint());
      Transport client = cluster.client();

      client.request(id("b"), call("alone"));

      assertThat(b.next().getPayload().toStringUtf8()).isEqualTo("alone");
    }
  }

  @Test
  void sendsNoBatchesToAnEndThatTakesNone() throws Exception {
    try (ScriptedEnd b =
        new ScriptedEnd(
            ScriptedEnd.hello("b", NAME).setTakesBatches(false).build(),
            (message, answers) -> {})) {
      cluster.locate(id("b"), b.endpoint());
      Transport client = cluster.client();
      List<String> payloads = new ArrayList<>();

      for (int i = 0; i < 500; i++) {
        client.request(id("b"), call(Integer.toString(i)));
      }
      List<Integer> pieces = pieces(b, 500, payloads);

      assertThat(payloads).isEqualTo(numbers(500));
      assertThat(pieces).containsOnly(1);
    }
  }

  @Test
  void takesTheTimeSpentConnectingOffTheTimeThatIsLeft() throws Exception {
    try (ScriptedEnd b =
        new ScriptedEnd(ScriptedEnd.hello("b", NAME).build(), (message, answers) -> {})) {
      CountDownLatch waited = new CountDownLatch(1);
      try (Transport client = clientThatLearnsTheEndpoint(b, waited)) {
        client.request(id("b"), call(new byte[1], Duration.ofSeconds(10)));
        cluster.environment.schedule(Duration.ofMillis(200), waited::countDown);

        assertThat(b.next().getRemainingMicros()).isBetween(5_000_000L, 9_800_000L);
      }
    }
  }

  private static MessageProto batch(MessageProto first, MessageProto second) {
    return ScriptedEnd.with(
        MessageContentProto.newBuilder()
            .setBatch(BatchProto.newBuilder().addMessages(first).addMessages(second)));
  }

  @Test
  void whatTheMessagesOfOneFrameStartBeginsAfterTheLast() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> early = new CompletableFuture<>();
    Transport b =
        cluster.node(
            "b",
            (message, replies) -> {
              if (message.id() == 1) {
                cluster.environment.virtualThreads().execute(begun::countDown);
              } else {
                early.complete(waitedFor(begun));
              }
            });
    try (ForeignClient client = new ForeignClient(b.listening().orElseThrow())) {
      MessageProto call = Messages.toProto(call("x"));
      client.send(
          batch(
              call.toBuilder().setMessageId(1).build(), call.toBuilder().setMessageId(2).build()));

      assertThat(early.get(10, SECONDS)).isFalse();
      assertThat(begun.await(10, SECONDS)).isTrue();
    }
  }

  /** As a handler must not: nothing else could begin what it is to begin after this one. */
  private static boolean waitedFor(CountDownLatch latch) {
    try {
      return latch.await(100, MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
