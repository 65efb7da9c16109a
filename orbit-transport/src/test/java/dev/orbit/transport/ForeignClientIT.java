package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.id;
import static dev.orbit.transport.TestCluster.text;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.ConnectionInfoRequestProto;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that nobody of us has written, the good ones and the others. */
class ForeignClientIT {
  private static final TransportConfig SMALL =
      TransportConfig.builder()
          .maxMessageBytes(200_000)
          .batchBytes(50_000)
          .maxQueuedBytes(1_000_000)
          .flowControlWindow(65_536)
          .adaptiveWindow(false)
          .build();

  private final TestCluster cluster = new TestCluster();
  private Endpoint endpoint;

  @BeforeEach
  void startANode() {
    endpoint =
        cluster
            .node(
                "b",
                SMALL,
                0,
                (message, replies) -> {
                  if (message.content() instanceof Content.InvocationRequest request) {
                    byte[] payload = new byte[request.method().equals("big") ? 100_000 : 0];
                    replies.reply(
                        message.id(),
                        new Content.InvocationResponse(request.arguments()),
                        payload.length == 0 ? null : new Payload(1, payload));
                  }
                })
            .listening()
            .orElseThrow();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static MessageProto invocation(long id, String method, String arguments) {
    return MessageProto.newBuilder()
        .setMessageId(id)
        .setContent(
            MessageContentProto.newBuilder()
                .setInvocationRequest(
                    InvocationRequestProto.newBuilder()
                        .setReference(
                            AddressableReferenceProto.newBuilder()
                                .setAddressableType("Echo")
                                .setKey(KeyProto.newBuilder().setStringKey("a")))
                        .setMethod(method)
                        .setArguments(arguments)))
        .build();
  }

  private void isUnharmed() throws Exception {
    Transport client = cluster.client();
    assertThat(answerOf(client.request(id("b"), call("x"))).content())
        .isInstanceOf(Content.InvocationResponse.class);
  }

  @Test
  void isAnsweredWithoutAGreetingAndNeverInBatches() throws Exception {
    try (ForeignClient client = new ForeignClient(endpoint)) {
      int count = 2000;
      for (int i = 1; i <= count; i++) {
        client.send(invocation(i, "echo", "[" + i + "]"));
      }

      List<Long> ids = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        MessageProto answer = client.next();
        assertThat(answer.getContent().hasInvocationResponse()).isTrue();
        assertThat(answer.getContent().getInvocationResponse().getValue())
            .isEqualTo("[" + answer.getMessageId() + "]");
        ids.add(answer.getMessageId());
      }

      assertThat(ids).doesNotHaveDuplicates().hasSize(count);
      client.noMore();
      assertThat(client.status().isOk()).isTrue();
    }
  }

  @Test
  void getsItsAnswersAfterItHasSaidThatItSendsNoMore() throws Exception {
    BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();
    Transport slow =
        cluster.node(
            "c", (message, replies) -> turns.add(() -> echo().onMessage(message, replies)));
    try (ForeignClient client = new ForeignClient(slow.listening().orElseThrow())) {
      client.send(invocation(1, "echo", "[]"));
      client.noMore();
      Runnable turn = turns.poll(10, SECONDS);
      boolean closedBefore = client.closed.isDone();

      turn.run();

      assertThat(closedBefore).isFalse();
      assertThat(client.next().getMessageId()).isEqualTo(1);
      assertThat(client.status().isOk()).isTrue();
    }
  }

  @Test
  void hearsGoodbyeAtOnceOfANodeThatHasLeft() throws Exception {
    // A caller that dials anew meanwhile would else have a call under way when the node closes.
    Transport left = cluster.node("e", echo());
    left.drain(Duration.ofSeconds(5));

    try (ForeignClient client = new ForeignClient(left.listening().orElseThrow())) {
      assertThat(client.next().getContent().hasGoodbye()).isTrue();
      assertThat(client.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void hearsGoodbyeAfterAnAnswerThatComesWhenTheNodeHasBegunToLeave() throws Exception {
    // What is refused just when the node leaves is unanswered for a moment too: without the goodbye
    // all that arrives after it would be of unknown outcome.
    BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();
    Transport leaving =
        cluster.node(
            "d", (message, replies) -> turns.add(() -> echo().onMessage(message, replies)));
    try (ForeignClient client = new ForeignClient(leaving.listening().orElseThrow())) {
      client.send(invocation(1, "echo", "[]"));
      Runnable turn = turns.poll(10, SECONDS);

      boolean answered = leaving.drain(Duration.ofMillis(1));
      turn.run();

      assertThat(answered).isFalse();
      assertThat(client.next().getMessageId()).isEqualTo(1);
      assertThat(client.next().getContent().hasGoodbye()).isTrue();
      assertThat(client.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void learnsWhichNodeItTalksTo() {
    try (ForeignClient client = new ForeignClient(endpoint)) {
      var info =
          ConnectionServiceGrpc.newBlockingStub(client.channel)
              .withDeadlineAfter(Duration.ofSeconds(10))
              .getConnectionInfo(ConnectionInfoRequestProto.getDefaultInstance());

      assertThat(info.getNodeId().getKey()).isEqualTo("b");
    }
  }

  @Test
  void learnsWhichNodeItTalksToOverTheStream() throws Exception {
    try (ForeignClient client = new ForeignClient(endpoint)) {
      client.send(
          MessageProto.newBuilder()
              .setMessageId(9)
              .setContent(
                  MessageContentProto.newBuilder()
                      .setInfoRequest(ConnectionInfoRequestProto.getDefaultInstance()))
              .build());

      MessageProto answer = client.next();

      assertThat(answer.getMessageId()).isEqualTo(9);
      assertThat(answer.getContent().getInfoResponse().getNodeId().getKey()).isEqualTo("b");
    }
  }

  @Test
  void isToldWhatIsWrongWithAMessageAndGoesOn() throws Exception {
    try (ForeignClient client = new ForeignClient(endpoint)) {
      client.send(MessageProto.newBuilder().setMessageId(1).build());
      client.send(
          MessageProto.newBuilder()
              .setMessageId(2)
              .setContent(
                  MessageContentProto.newBuilder()
                      .setInvocationRequest(InvocationRequestProto.newBuilder().setMethod("echo")))
              .build());
      client.send(invocation(3, "echo", "[]"));

      MessageProto noContent = client.next();
      MessageProto noReference = client.next();
      MessageProto right = client.next();

      assertThat(noContent.getMessageId()).isEqualTo(1);
      assertThat(noContent.getContent().getError().getCode())
          .isEqualTo(ErrorCode.PROTOCOL_VIOLATION.number());
      assertThat(noContent.getContent().getError().getDescription()).contains("content");
      assertThat(noReference.getMessageId()).isEqualTo(2);
      assertThat(noReference.getContent().getError().getDescription()).contains("reference");
      assertThat(right.getContent().hasInvocationResponse()).isTrue();
    }
  }

  @Test
  void isToldThatAnIdIsInUseAlready() throws Exception {
    Transport silent = cluster.node("c", (message, replies) -> {});
    try (ForeignClient client = new ForeignClient(silent.listening().orElseThrow())) {
      client.send(invocation(1, "echo", "[]"));
      client.send(invocation(1, "echo", "[]"));

      MessageProto answer = client.next();

      assertThat(answer.getContent().getError().getDescription()).contains("message id 1");
    }
  }

  @Test
  void losesItsStreamAndNothingElseWhenItSendsBytesThatAreNoMessage() throws Exception {
    try (ForeignClient other = new ForeignClient(endpoint);
        ForeignClient garbage = new ForeignClient(endpoint)) {
      CompletableFuture<Status> status = new CompletableFuture<>();
      ClientCall<byte[], byte[]> call = garbage.channel.newCall(bytesMethod(), CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status closed, Metadata trailers) {
              status.complete(closed);
            }
          },
          new Metadata());
      call.request(1);

      call.sendMessage("this is no protobuf \u00ff".getBytes(StandardCharsets.UTF_8));

      assertThat(status.get(10, SECONDS).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(status.get().getDescription()).contains("ORBIT-4001");
      other.send(invocation(1, "echo", "[]"));
      assertThat(other.next().getMessageId()).isEqualTo(1);
      garbage.send(invocation(1, "echo", "[]"));
      assertThat(garbage.next().getMessageId()).isEqualTo(1);
    }
  }

  private static MethodDescriptor<byte[], byte[]> bytesMethod() {
    MethodDescriptor.Marshaller<byte[]> bytes =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            return new byte[0];
          }
        };
    return ConnectionServiceGrpc.getOpenStreamMethod().toBuilder(bytes, bytes).build();
  }

  @Test
  void losesItsStreamWhenItSendsAMessageThatIsTooLarge() throws Exception {
    try (ForeignClient client = new ForeignClient(endpoint)) {
      client.send(
          invocation(1, "echo", "[]").toBuilder()
              .setPayloadCodec(1)
              .setPayload(ByteString.copyFrom(new byte[300_000]))
              .build());

      Status status = client.status();

      assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(status.getDescription()).contains("200000");
      isUnharmed();
    }
  }

  @Test
  void losesItsStreamWhenItNeverReadsItsAnswers() throws Exception {
    try (ForeignClient client = new ForeignClient(endpoint, false)) {
      for (int i = 1; i <= 100; i++) {
        client.send(invocation(i, "big", "[]"));
      }
      await().atMost(Duration.ofSeconds(10)).untilAsserted(this::isUnharmed);

      client.readOn();

      assertThat(client.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(client.status().getDescription()).contains("does not read");
      // What it had not read when it lost the stream was bounded.
      assertThat(client.answers.size()).isBetween(1, 30);
    }
  }

  @Test
  void harmsNobodyWithBytesThatAreNotEvenHttp() throws Exception {
    Transport client = cluster.client();
    answerOf(client.request(id("b"), call("before")));
    try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
      OutputStream out = socket.getOutputStream();
      socket.setSoTimeout(10_000);

      out.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n\0\1\2\3".getBytes(StandardCharsets.UTF_8));
      out.flush();
      byte[] answer = socket.getInputStream().readAllBytes();

      assertThat(answer.length).isLessThan(10_000);
    }
    assertThat(text(answerOf(client.request(id("b"), call("after"))))).isEmpty();
    isUnharmed();
  }
}
