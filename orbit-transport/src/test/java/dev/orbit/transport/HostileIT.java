package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.id;
import static dev.orbit.transport.TestCluster.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.wire.HelloProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ends that want to do harm. Each is cut off or bounded, and others are served as before. */
class HostileIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int REFUSED_STREAM = 7;

  private final TestCluster cluster = new TestCluster();
  private Endpoint node;
  private Transport client;

  @BeforeEach
  void start() throws Exception {
    node = cluster.node("b", TestCluster.echo()).listening().orElseThrow();
    client = cluster.client();
    answerOf(client.request(id("b"), call("before")));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void assertThatOthersAreServed() throws Exception {
    assertThat(text(answerOf(client.request(id("b"), call("after"))))).isEqualTo("after");
    try (ForeignClient other = new ForeignClient(node)) {
      other.send(
          ScriptedEnd.with(
              MessageContentProto.newBuilder()
                  .setHello(HelloProto.newBuilder().setCluster(TestCluster.NAME))));
      assertThat(other.next().getContent().hasHello()).isTrue();
    }
  }

  @Test
  void cutsOffWhoOpensAndResetsStreamsRapidly() throws Exception {
    try (RawHttp2 hostile = new RawHttp2(node, true)) {
      for (int i = 0; i < 5_000; i++) {
        if (!hostile.open(2 * i + 1, 0) || !hostile.reset(2 * i + 1)) {
          break;
        }
      }
      hostile.closed.get(30, TimeUnit.SECONDS);
    }

    assertThatOthersAreServed();
  }

  @Test
  void refusesMoreStreamsOnOneConnectionThanThereMayBe() throws Exception {
    try (RawHttp2 hostile = new RawHttp2(node, true)) {
      for (int i = 0; i < 300; i++) {
        hostile.open(2 * i + 1, 0);
      }

      await()
          .atMost(LONG)
          .until(
              () ->
                  hostile.frames.stream()
                          .filter(frame -> frame.type() == RawHttp2.RESET)
                          .filter(frame -> frame.error() == REFUSED_STREAM)
                          .count()
                      == 300 - 256);
      assertThatOthersAreServed();
    }
  }

  @Test
  void refusesHeadersThatAreTooLarge() throws Exception {
    try (RawHttp2 hostile = new RawHttp2(node, true)) {
      hostile.open(1, 40_000);

      await()
          .atMost(LONG)
          .until(
              () ->
                  hostile.closed.isDone()
                      || hostile.frames.stream()
                          .anyMatch(
                              frame ->
                                  frame.type() == RawHttp2.RESET
                                      || frame.type() == RawHttp2.GOAWAY
                                      || frame.type() == RawHttp2.HEADERS));
    }

    assertThatOthersAreServed();
  }

  @Test
  void cutsOffWhoFloodsWithPings() throws Exception {
    try (RawHttp2 hostile = new RawHttp2(node, true)) {
      byte[] ping = RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[8]);
      for (int i = 0; i < 10_000; i++) {
        if (!hostile.send(ping)) {
          break;
        }
      }
      hostile.closed.get(30, TimeUnit.SECONDS);
    }

    assertThatOthersAreServed();
  }

  /** Each is to be acknowledged, and the acknowledgements are never read. */
  @Test
  void cutsOffWhoFloodsWithSettingsAndReadsNothing() throws Exception {
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 5_000; i++) {
      many.writeBytes(RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]));
    }
    try (RawHttp2 hostile = new RawHttp2(node, false)) {
      boolean taken = true;
      for (int i = 0; i < 2_000 && taken; i++) {
        taken = hostile.send(many.toByteArray());
      }

      assertThat(taken).isFalse();
    }

    assertThatOthersAreServed();
  }

  @Test
  void endsAStreamThatNestsDeeper() throws Exception {
    ByteArrayOutputStream nested = new ByteArrayOutputStream();
    for (int i = 0; i < 100_000; i++) {
      // A group of a field that nobody knows begins.
      nested.write((100 << 3 & 127) | 128 | 3);
      nested.write(100 >> 4);
    }
    try (ForeignClient hostile = new ForeignClient(node)) {
      hostile.send(
          MessageProto.newBuilder()
              .setContent(
                  MessageContentProto.newBuilder()
                      .setUnknownFields(
                          UnknownFieldSet.newBuilder()
                              .addField(
                                  16,
                                  UnknownFieldSet.Field.newBuilder()
                                      .addLengthDelimited(ByteString.copyFrom(nested.toByteArray()))
                                      .build())
                              .build()))
              .build());

      Status status = hostile.status();

      assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    assertThatOthersAreServed();
  }
}
