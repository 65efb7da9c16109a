package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.id;
import static dev.orbit.transport.TestCluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.Message;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.DeflatedProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.CompressionConfig.Algorithm;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionIT {
  private static final String LONG_TEXT = "all work and no play ".repeat(5_000);

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static TransportConfig by(Algorithm algorithm) {
    return TransportConfig.builder(TestCluster.QUICK)
        .compression(new CompressionConfig(algorithm, 1, 256, 0.9))
        .build();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void requestsAnswersAndBatchesArriveAsTheyWere(Algorithm algorithm) throws Exception {
    Transport node = cluster.node("b", by(algorithm), 0, echo());
    Transport client = cluster.client(by(algorithm), TestCluster.NAME);

    String large = text(answerOf(client.request(id("b"), call(LONG_TEXT))));
    List<CompletionStage<Message>> answers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      answers.add(client.request(id("b"), call("small and much like the others " + i)));
    }
    List<String> texts = new ArrayList<>();
    for (CompletionStage<Message> answer : answers) {
      texts.add(text(answerOf(answer)));
    }

    assertThat(large).isEqualTo(LONG_TEXT);
    for (int i = 0; i < 2_000; i++) {
      assertThat(texts.get(i)).isEqualTo("small and much like the others " + i);
    }
    TransportCounts sent = client.counts();
    assertThat(sent.out().ratio()).isLessThan(0.5);
    assertThat(sent.out().plainBytes()).isGreaterThan(LONG_TEXT.length());
    // What the client has sent, the node has received, to the byte; and the other way round.
    assertThat(node.counts().in().plainBytes()).isEqualTo(sent.out().plainBytes());
    assertThat(sent.in().plainBytes()).isEqualTo(node.counts().out().plainBytes());
  }

  @Test
  void eachEndDecidesForWhatItSends() throws Exception {
    Transport node = cluster.node("b", by(Algorithm.ZSTD), 0, echo());
    Transport client = cluster.client();

    Message answer = answerOf(client.request(id("b"), call(LONG_TEXT)));

    assertThat(text(answer)).isEqualTo(LONG_TEXT);
    assertThat(client.counts().out().frames()).isZero();
    assertThat(client.counts().in().frames()).isEqualTo(1);
    assertThat(node.counts().in().frames()).isZero();
  }

  @Test
  void aNodeThatHasNotSaidThatItTakesItGetsNothingCompressed() throws Exception {
    try (ScriptedEnd old =
        new ScriptedEnd(
            ScriptedEnd.hello("b", TestCluster.NAME).build(),
            (message, answers) ->
                answers.onNext(
                    message.toBuilder()
                        .setContent(
                            MessageContentProto.newBuilder()
                                .setInvocationResponse(
                                    dev.orbit.proto.wire.InvocationResponseProto
                                        .getDefaultInstance()))
                        .build()))) {
      cluster.locate(id("b"), old.endpoint());
      Transport client = cluster.client(by(Algorithm.ZSTD), TestCluster.NAME);

      Message answer = answerOf(client.request(id("b"), call(LONG_TEXT)));

      assertThat(text(answer)).isEqualTo(LONG_TEXT);
      assertThat(old.next().getPayload().toStringUtf8()).isEqualTo(LONG_TEXT);
      assertThat(client.counts().out()).isEqualTo(TransportCounts.NONE.out());
    }
  }

  @Test
  void aClientThatHasNotSaidThatItTakesItGetsNothingCompressed() throws Exception {
    Transport node = cluster.node("b", by(Algorithm.ZSTD), 0, echo());
    try (ForeignClient old = new ForeignClient(node.listening().orElseThrow())) {
      old.send(
          ScriptedEnd.with(
              MessageContentProto.newBuilder()
                  .setHello(
                      dev.orbit.proto.wire.HelloProto.newBuilder()
                          .setProtocolVersion(1)
                          .setCluster(TestCluster.NAME)
                          .setTakesBatches(true))));
      old.next();
      old.send(
          ScriptedEnd.with(
                  MessageContentProto.newBuilder()
                      .setInvocationRequest(
                          dev.orbit.proto.wire.InvocationRequestProto.newBuilder()
                              .setReference(
                                  dev.orbit.proto.wire.AddressableReferenceProto.newBuilder()
                                      .setAddressableType("Echo")
                                      .setKey(
                                          dev.orbit.proto.wire.KeyProto.newBuilder()
                                              .setStringKey("a")))
                              .setMethod("echo")))
              .toBuilder()
              .setMessageId(1)
              .setPayloadCodec(1)
              .setPayload(ByteString.copyFromUtf8(LONG_TEXT))
              .build());

      MessageProto answer = old.next();

      assertThat(answer.getPayload().toStringUtf8()).isEqualTo(LONG_TEXT);
    }
  }

  /** Sends bytes that no stub would. */
  private static Status sent(Endpoint to, byte[] frame) throws Exception {
    MethodDescriptor.Marshaller<byte[]> raw =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            try {
              return stream.readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(to.host(), to.port()).usePlaintext().build();
    try {
      CompletableFuture<Status> closed = new CompletableFuture<>();
      ClientCall<byte[], byte[]> call =
          channel.newCall(
              ConnectionServiceGrpc.getOpenStreamMethod().toBuilder(raw, raw).build(),
              CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              closed.complete(status);
            }
          },
          new Metadata());
      call.request(10);
      call.sendMessage(frame);
      return closed.get(30, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private static byte[] deflated(int encoding, int promised, byte[] data) {
    return DeflatedProto.newBuilder()
        .setEncoding(encoding)
        .setInflatedBytes(promised)
        .setData(ByteString.copyFrom(data))
        .build()
        .toByteArray();
  }

  @Test
  void aBombIsRefusedAndHarmsNobody() throws Exception {
    BlockingQueue<Message> handled = new LinkedBlockingQueue<>();
    Transport node =
        cluster.node(
            "b",
            (message, replies) -> {
              handled.add(message);
              echo().onMessage(message, replies);
            });
    Endpoint endpoint = node.listening().orElseThrow();
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        gzip.write(zeros);
      }
    }

    Status honest = sent(endpoint, deflated(1, 64 << 20, bomb.toByteArray()));
    Status lying = sent(endpoint, deflated(1, 1_000, bomb.toByteArray()));
    Status garbage = sent(endpoint, deflated(2, 1_000, new byte[500]));
    Status unknown = sent(endpoint, deflated(77, 1_000, new byte[500]));
    Transport client = cluster.client(by(Algorithm.ZSTD), TestCluster.NAME);

    assertThat(honest.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(honest.getDescription()).contains("67108864 bytes, deflated");
    assertThat(lying.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(garbage.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(unknown.getDescription()).contains("unknown encoding 77");
    assertThat(handled).isEmpty();
    assertThat(text(answerOf(client.request(id("b"), call(LONG_TEXT))))).isEqualTo(LONG_TEXT);
  }
}
