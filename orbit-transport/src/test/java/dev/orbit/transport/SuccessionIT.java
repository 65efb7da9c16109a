package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.Message;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.HelloProto;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that one end has opened in place of each other. */
class SuccessionIT {
  private final TestCluster cluster = new TestCluster();
  private final BlockingQueue<Message> handled = new LinkedBlockingQueue<>();
  private Endpoint node;

  @BeforeEach
  void start() {
    node = cluster.node("b", (message, replies) -> handled.add(message)).listening().orElseThrow();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static MessageProto hello(long session, int connection, long generation) {
    return ScriptedEnd.with(
        MessageContentProto.newBuilder()
            .setHello(
                HelloProto.newBuilder()
                    .setProtocolVersion(1)
                    .setCluster(TestCluster.NAME)
                    .setSession(session)
                    .setConnection(connection)
                    .setGeneration(generation)));
  }

  private static MessageProto oneWay(String payload) {
    return ScriptedEnd.with(
            MessageContentProto.newBuilder()
                .setInvocationRequest(
                    InvocationRequestProto.newBuilder()
                        .setReference(
                            AddressableReferenceProto.newBuilder()
                                .setAddressableType("T")
                                .setKey(KeyProto.newBuilder().setInt32Key(1)))
                        .setMethod("m")
                        .setOneWay(true)))
        .toBuilder()
        .setPayloadCodec(1)
        .setPayload(ByteString.copyFromUtf8(payload))
        .build();
  }

  private String next() throws InterruptedException {
    Message message = handled.poll(30, TimeUnit.SECONDS);
    return message == null ? "nothing" : text(message);
  }

  @Test
  void takesNothingMoreFromAStreamOnceALaterOneHasBeenGreeted() throws Exception {
    try (ForeignClient first = new ForeignClient(node);
        ForeignClient second = new ForeignClient(node)) {
      first.send(hello(7, 0, 1));
      first.next();
      first.send(oneWay("before"));
      String before = next();
      second.send(hello(7, 0, 2));
      second.next();

      first.send(oneWay("late"));
      Status status = first.status();
      second.send(oneWay("after"));

      assertThat(before).isEqualTo("before");
      assertThat(status.getCode()).isEqualTo(Status.Code.ABORTED);
      assertThat(next()).isEqualTo("after");
      assertThat(handled).isEmpty();
    }
  }

  @Test
  void refusesAStreamInPlaceOfWhichALaterOneIsOpen() throws Exception {
    try (ForeignClient late = new ForeignClient(node);
        ForeignClient present = new ForeignClient(node)) {
      present.send(hello(7, 0, 2));
      present.next();

      late.send(hello(7, 0, 1));
      Status status = late.status();
      present.send(oneWay("present"));

      assertThat(status.getCode()).isEqualTo(Status.Code.ABORTED);
      assertThat(late.answers).isEmpty();
      assertThat(next()).isEqualTo("present");
    }
  }

  @Test
  void leavesOtherConnectionsSessionsAndEndsThatDoNotNumberTheirStreamsAlone() throws Exception {
    try (ForeignClient first = new ForeignClient(node);
        ForeignClient otherConnection = new ForeignClient(node);
        ForeignClient otherSession = new ForeignClient(node);
        ForeignClient unnumbered = new ForeignClient(node);
        ForeignClient alsoUnnumbered = new ForeignClient(node)) {
      first.send(hello(7, 0, 1));
      first.next();
      otherConnection.send(hello(7, 1, 2));
      otherConnection.next();
      otherSession.send(hello(8, 0, 2));
      otherSession.next();
      unnumbered.send(hello(0, 0, 0));
      unnumbered.next();
      alsoUnnumbered.send(hello(0, 0, 0));
      alsoUnnumbered.next();

      for (ForeignClient client :
          new ForeignClient[] {first, otherConnection, otherSession, unnumbered, alsoUnnumbered}) {
        client.send(oneWay("here"));
        assertThat(next()).isEqualTo("here");
      }
    }
  }

  @Test
  void takesAConnectionOfTheSameSessionAgainAfterItHasEnded() throws Exception {
    try (ForeignClient first = new ForeignClient(node)) {
      first.send(hello(7, 0, 1));
      first.next();
      first.noMore();
      assertThat(first.status().isOk()).isTrue();
    }

    // The node hears of the end a moment after the client does.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try (ForeignClient second = new ForeignClient(node)) {
                second.send(hello(7, 0, 1));
                MessageProto greeting = second.answers.poll(1, TimeUnit.SECONDS);
                return greeting != null && greeting.getContent().hasHello();
              }
            });
  }
}
