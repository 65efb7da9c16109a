package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.orbit.proto.Message;
import dev.orbit.proto.wire.CallLinkProto;
import dev.orbit.proto.wire.ErrorProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.proto.wire.MessageTargetProto;
import dev.orbit.proto.wire.NodeIdProto;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutgoingTest {
  private static final MessageProto FULL =
      MessageProto.newBuilder()
          .setMessageId(1)
          .setSource(NodeIdProto.newBuilder().setKey("a").setNamespace("n"))
          .setTarget(
              MessageTargetProto.newBuilder()
                  .setUnicastTarget(
                      MessageTargetProto.Unicast.newBuilder()
                          .setTarget(NodeIdProto.newBuilder().setKey("b").setNamespace("n"))))
          .setContent(
              MessageContentProto.newBuilder()
                  .setError(ErrorProto.newBuilder().setDescription("x")))
          .setAttempts(2)
          .setRemainingMicros(3)
          .setViewVersion(4)
          .setTargetIncarnation(5)
          .setSourceIncarnation(6)
          .setCallId(8)
          .putBaggage("tenant", "x")
          .addCallChain(CallLinkProto.newBuilder().setMethod("m"))
          .putTraceContext("traceparent", "00-1-2-01")
          .setPrincipal("spiffe://a/b")
          .setPayloadCodec(7)
          .setPayload(ByteString.copyFromUtf8("payload"))
          .build();

  @Test
  void changesTheTimeThatIsLeftAndNoOtherFieldOfTheMessage() {
    // A field that is new on the wire has to be added to the message above, and then to the copy.
    assertThat(FULL.getAllFields().keySet())
        .containsExactlyInAnyOrderElementsOf(MessageProto.getDescriptor().getFields());

    MessageProto copy = Outgoing.withRemaining(FULL, 99);

    assertThat(copy).isEqualTo(FULL.toBuilder().setRemainingMicros(99).build());
    assertThat(
            Outgoing.withRemaining(MessageProto.getDefaultInstance(), 99).getAllFields().keySet())
        .extracting(FieldDescriptor::getName)
        .containsExactly("remaining_micros");
  }

  @Test
  void tellsWhetherItWasSentByWhichEndOfItsWaitIsStillPossible() {
    CompletableFuture<Message> answer = new CompletableFuture<>();
    Outgoing queued = Outgoing.request(FULL, 0, 1_000_000, new CompletableFuture<>());
    Outgoing sent = Outgoing.request(FULL, 0, 1_000_000, answer);
    Wire wire =
        new Wire() {
          @Override
          public boolean isReady() {
            return true;
          }

          @Override
          public boolean takesBatches() {
            return true;
          }

          @Override
          public int maxMessageBytes() {
            return 1;
          }

          @Override
          public void write(MessageProto message) {}
        };

    MessageProto written = sent.send(wire, 0);
    boolean asUnsent = sent.failIfQueued(new IllegalStateException("not sent"));
    boolean asSent = queued.failIfSent(new IllegalStateException("sent"));

    assertThat(written).isEqualTo(FULL);
    assertThat(asUnsent).isFalse();
    assertThat(asSent).isFalse();
    assertThat(answer).isNotDone();
    assertThat(sent.isSentOver(wire)).isTrue();
    assertThat(queued.failIfQueued(new IllegalStateException("not sent"))).isTrue();
    assertThat(queued.send(wire, 0)).isNull();
  }
}
