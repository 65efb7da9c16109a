package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.failureOf;
import static dev.orbit.transport.TestCluster.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.proto.wire.InvocationResponseProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Payloads that are too large to stand before others. */
class BulkIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int BULK = 64;

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new Random(bytes).nextBytes(random);
    return random;
  }

  private static Message to(String actor, byte[] payload, boolean oneWay) {
    return new Message(
        0,
        null,
        null,
        new Content.InvocationRequest(
            new AddressableReference("T", Key.of(actor)),
            "m",
            "",
            Content.InvocationReason.INVOCATION,
            oneWay),
        0,
        Headers.NONE.withRemainingMicros(TimeUnit.SECONDS.toMicros(60)),
        new Payload(1, payload));
  }

  private static boolean hasBulkConnection(Transport transport) {
    return transport.peers().stream()
        .anyMatch(peer -> peer.connection() == BULK && peer.state() == PeerStatus.State.READY);
  }

  @Test
  void carriesLargePayloadsBothWaysOverAConnectionOfTheirOwn() throws Exception {
    cluster.node("b", echo());
    Transport client = cluster.client();

    answerOf(client.request(id("b"), call("small")));
    boolean before = hasBulkConnection(client);
    byte[] sent = random(20 << 20);
    Message answer = answerOf(client.request(id("b"), call(sent, LONG)));

    assertThat(answer.payload().bytes()).isEqualTo(sent);
    assertThat(answer.payload().codec()).isEqualTo(1);
    assertThat(before).isFalse();
    assertThat(hasBulkConnection(client)).isTrue();
  }

  @Test
  void bringsALargeResultToAnEndThatHasSentNothingLarge() throws Exception {
    byte[] result = random(18 << 20);
    cluster.node(
        "b",
        (message, replies) ->
            replies.reply(
                message.id(), new Content.InvocationResponse(""), new Payload(2, result)));
    Transport client = cluster.client();

    Message answer = answerOf(client.request(id("b"), call("small")));

    assertThat(answer.payload().bytes()).isEqualTo(result);
    assertThat(hasBulkConnection(client)).isTrue();
  }

  @Test
  void keepsTheOrderOfCallsToOneActorWhateverTheirSize() throws Exception {
    List<String> arrived = Collections.synchronizedList(new ArrayList<>());
    cluster.node(
        "b",
        (message, replies) -> {
          Content.InvocationRequest request = (Content.InvocationRequest) message.content();
          arrived.add(request.reference().key() + ":" + message.payload().bytes().length);
          if (!request.oneWay()) {
            replies.reply(message.id(), new Content.InvocationResponse(""), null);
          }
        });
    Transport client = cluster.client();
    List<CompletionStage<Message>> answers = new ArrayList<>();
    List<String> expected = new ArrayList<>();

    answerOf(client.request(id("b"), to("first", new byte[1], false)));
    arrived.clear();
    for (int i = 1; i <= 40; i++) {
      int size = i % 5 == 0 ? 300_000 + i : i;
      boolean oneWay = i % 7 == 0;
      expected.add(Key.of("a") + ":" + size);
      if (oneWay) {
        client.send(id("b"), to("a", new byte[size], true));
      } else {
        answers.add(client.request(id("b"), to("a", new byte[size], false)));
      }
    }
    for (CompletionStage<Message> answer : answers) {
      answerOf(answer);
    }

    assertThat(arrived).isEqualTo(expected);
  }

  @Test
  void refusesWhatIsLargerThanTheLargestPayload() throws Exception {
    cluster.node("b", echo());
    Transport client =
        cluster.client(
            TransportConfig.builder(TestCluster.QUICK)
                .bulk(new BulkConfig(64 << 10, 16 << 10, 1 << 20, 2 << 20))
                .build(),
            TestCluster.NAME);

    Throwable failure = failureOf(client.request(id("b"), call(new byte[(1 << 20) + 1], LONG)));
    Message largest = answerOf(client.request(id("b"), call(new byte[1 << 20], LONG)));

    assertThat(failure)
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("a payload of 1048577 bytes")
        .hasMessageContaining("the largest allowed is 1048576 (transport bulk maxBytes)");
    assertThat(((NotExecutedException) failure).code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(largest.payload().bytes()).hasSize(1 << 20);
  }

  @Test
  void keepsNoMoreBytesWaitingThanItsWindow() throws Exception {
    cluster.node("b", echo());
    Transport client =
        cluster.client(
            TransportConfig.builder(TestCluster.QUICK)
                .bulk(new BulkConfig(64 << 10, 16 << 10, 1 << 20, 2 << 20))
                .build(),
            TestCluster.NAME);

    List<CompletionStage<Message>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(client.request(id("b"), call(new byte[1 << 20], LONG)));
    }
    int refused = 0;
    for (CompletionStage<Message> answer : answers) {
      try {
        answerOf(answer);
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e.getCause())
            .isInstanceOf(NotExecutedException.class)
            .hasMessageContaining("bulk windowBytes");
        refused++;
      }
    }

    assertThat(refused).isBetween(1, 98);
    assertThat(answerOf(client.request(id("b"), call(new byte[1 << 20], LONG))).payload().bytes())
        .hasSize(1 << 20);
  }

  @Test
  void sendsPayloadsWholeToAnEndThatTakesNoParts() throws Exception {
    try (ScriptedEnd old =
        new ScriptedEnd(
            ScriptedEnd.hello("b", TestCluster.NAME).setMaxMessageBytes(4 << 20).build(),
            (message, answers) ->
                answers.onNext(
                    MessageProto.newBuilder()
                        .setMessageId(message.getMessageId())
                        .setContent(
                            MessageContentProto.newBuilder()
                                .setInvocationResponse(
                                    InvocationResponseProto.getDefaultInstance()))
                        .build()))) {
      cluster.locate(id("b"), old.endpoint());
      Transport client = cluster.client();
      byte[] sent = random(2 << 20);

      answerOf(client.request(id("b"), call(sent, LONG)));
      Throwable tooLarge = failureOf(client.request(id("b"), call(new byte[20 << 20], LONG)));
      MessageProto arrived = old.next();

      assertThat(arrived.getPayload().toByteArray()).isEqualTo(sent);
      assertThat(arrived.getTransfer()).isZero();
      assertThat(tooLarge)
          .isInstanceOf(NotExecutedException.class)
          .hasMessageContaining("maxMessageBytes");
    }
  }

  @Test
  void answersWholeToAnEndThatTakesNoParts() throws Exception {
    byte[] result = random(2 << 20);
    cluster.node(
        "b",
        (message, replies) ->
            replies.reply(
                message.id(), new Content.InvocationResponse(""), new Payload(2, result)));
    Transport client =
        cluster.client(
            TransportConfig.builder(TestCluster.QUICK).bulk(BulkConfig.OFF).build(),
            TestCluster.NAME);

    Message answer = answerOf(client.request(id("b"), call("small")));

    assertThat(answer.payload().bytes()).isEqualTo(result);
    assertThat(hasBulkConnection(client)).isFalse();
  }

  @Test
  void givesRoomBackForWhatNobodyWaitsForAnyMore() throws Exception {
    cluster.node("b", echo());
    Transport client =
        cluster.client(
            TransportConfig.builder(TestCluster.QUICK)
                .bulk(new BulkConfig(64 << 10, 16 << 10, 4 << 20, 4 << 20))
                .build(),
            TestCluster.NAME);
    answerOf(client.request(id("b"), call("small")));

    for (int i = 0; i < 50; i++) {
      CompletionStage<Message> given = client.request(id("b"), call(new byte[4 << 20], LONG));
      given.toCompletableFuture().cancel(true);
    }

    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () ->
                answerOf(client.request(id("b"), call(new byte[4 << 20], LONG)))
                        .payload()
                        .bytes()
                        .length
                    == 4 << 20);
  }
}
