package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.id;
import static dev.orbit.transport.TestCluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.Message;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.HelloProto;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.InvocationResponseProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames that no end of Orbit's own would send. */
class OddFramesIT {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static MessageProto response(long id, ByteString payload) {
    return MessageProto.newBuilder()
        .setMessageId(id)
        .setContent(
            MessageContentProto.newBuilder()
                .setInvocationResponse(InvocationResponseProto.getDefaultInstance()))
        .setPayloadCodec(1)
        .setPayload(payload)
        .build();
  }

  @Test
  void ignoresWhatFollowsInAFrameOnAGreetingThatItRefuses() throws Exception {
    BlockingQueue<Message> handled = new LinkedBlockingQueue<>();
    Transport b = cluster.node("b", (message, replies) -> handled.add(message));
    MessageProto greeting =
        ScriptedEnd.with(
            MessageContentProto.newBuilder().setHello(HelloProto.newBuilder().setCluster("other")));
    MessageProto request =
        ScriptedEnd.with(
            MessageContentProto.newBuilder()
                .setInvocationRequest(
                    InvocationRequestProto.newBuilder().setMethod("m").setOneWay(true)));
    MessageProto batch =
        ScriptedEnd.with(
            MessageContentProto.newBuilder()
                .setBatch(BatchProto.newBuilder().addMessages(greeting).addMessages(request)));

    try (ForeignClient client = new ForeignClient(b.listening().orElseThrow())) {
      client.send(batch);
      MessageProto answer = client.next();
      Status status = client.status();

      assertThat(answer.getContent().getError().getCode())
          .isEqualTo(ErrorCode.WRONG_CLUSTER.number());
      assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(client.answers).isEmpty();
      assertThat(handled).isEmpty();
    }
  }

  @Test
  void refusesAFrameThatIsTooLargeWhenItIsInflated() throws Exception {
    TransportConfig small =
        TransportConfig.builder().maxMessageBytes(200_000).batchBytes(50_000).build();
    BlockingQueue<Message> handled = new LinkedBlockingQueue<>();
    Transport b = cluster.node("b", small, 0, (message, replies) -> handled.add(message));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", b.listening().orElseThrow().port())
            .usePlaintext()
            .build();
    CompletableFuture<Status> closed = new CompletableFuture<>();
    try {
      StreamObserver<MessageProto> requests =
          ConnectionServiceGrpc.newStub(channel)
              .withCompression("gzip")
              .openStream(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(MessageProto answer) {}

                    @Override
                    public void onError(Throwable error) {
                      closed.complete(Status.fromThrowable(error));
                    }

                    @Override
                    public void onCompleted() {
                      closed.complete(Status.OK);
                    }
                  });

      requests.onNext(response(1, ByteString.copyFrom(new byte[300_000])));
      Status status = closed.get(30, TimeUnit.SECONDS);

      assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(status.getDescription()).contains("more than 200000 bytes");
      assertThat(handled).isEmpty();
    } finally {
      channel.shutdownNow();
    }
  }

  /** The refusal of the other end's request is too long for it, and bears an id of ours. */
  @Test
  void keepsARequestWhoseIdTheOtherEndHasUsedForOneOfItsOwn() throws Exception {
    HelloProto hello =
        ScriptedEnd.hello("b", TestCluster.NAME)
            .setMaxMessageBytes(60)
            .setTakesBatches(false)
            .build();
    long[] first = new long[1];
    try (ScriptedEnd b =
        new ScriptedEnd(
            hello,
            (message, answers) -> {
              switch (message.getPayload().toStringUtf8()) {
                case "1" -> first[0] = message.getMessageId();
                case "2" -> {
                  answers.onNext(
                      MessageProto.newBuilder()
                          .setMessageId(first[0])
                          .setContent(
                              MessageContentProto.newBuilder()
                                  .setInvocationRequest(
                                      InvocationRequestProto.getDefaultInstance()))
                          .build());
                  answers.onNext(response(message.getMessageId(), message.getPayload()));
                }
                case "3" -> {
                  answers.onNext(response(message.getMessageId(), message.getPayload()));
                  answers.onNext(response(first[0], ByteString.copyFromUtf8("1")));
                }
                default -> throw new AssertionError(message);
              }
            })) {
      cluster.locate(id("b"), b.endpoint());
      Transport client = cluster.client();

      CompletionStage<Message> kept = client.request(id("b"), call("1"));
      answerOf(client.request(id("b"), call("2")));
      // What was queued before it, as the refusal, has been looked at when it arrives.
      answerOf(client.request(id("b"), call("3")));

      assertThat(text(answerOf(kept))).isEqualTo("1");
      assertThat(b.arrived).noneMatch(message -> message.getContent().hasError());
    }
  }
}
