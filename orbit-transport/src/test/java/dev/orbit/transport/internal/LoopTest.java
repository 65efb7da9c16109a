package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.proto.BadMessage;
import dev.orbit.proto.Content;
import dev.orbit.proto.Envelope;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageDecoder;
import dev.orbit.proto.MessageEncoder;
import dev.orbit.proto.Messages;
import dev.orbit.proto.Payload;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import dev.orbit.transport.TransportCounts;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopTest {
  private final Counters counters = new Counters();
  private final Loop loop = Loops.of(Runnable::run, () -> true, counters);
  private final List<Message> came = new ArrayList<>();
  private final MessageDecoder.Receiver receiver =
      new MessageDecoder.Receiver() {
        @Override
        public void message(Message message) {
          came.add(message);
        }

        @Override
        public void bad(BadMessage message) {
          throw new AssertionError(message.error());
        }
      };

  private static MessageProto answer(int payload) {
    Message message = Message.of(1, new Content.InvocationResponse(""));
    return Messages.toProto(message.withPayload(new Payload(1, new byte[payload])));
  }

  /** As gRPC gives what it has decompressed: its length shows at its end only. */
  private static InputStream frame(int payload) {
    return new ByteArrayInputStream(answer(payload).toByteArray());
  }

  /** As gRPC gives what came as it is. */
  private static final class Known extends ByteArrayInputStream implements KnownLength {
    Known(byte[] bytes) {
      super(bytes);
    }
  }

  private void readKnown(MessageProto frame) throws Exception {
    byte[] bytes = frame.toByteArray();
    loop.read(new Known(bytes), bytes.length, receiver);
  }

  @Test
  void readsAFrameOfUnknownLengthUpToTheLimit() throws Exception {
    int size = frame(100_000).available();

    loop.read(frame(100_000), size, receiver);

    assertThat(came).hasSize(1);
    assertThat(came.getFirst().payload().bytes()).hasSize(100_000);
  }

  @Test
  void refusesAFrameOfUnknownLengthThatIsLarger() throws Exception {
    int size = frame(100_000).available();

    assertThatThrownBy(() -> loop.read(frame(100_000), size - 1, receiver))
        .isInstanceOfSatisfying(Loop.BadFrame.class, bad -> assertThat(bad.isTooLarge()).isTrue());
    assertThat(came).isEmpty();
  }

  @Test
  void copiesALargePayloadOnceBesideWhatCameWithTheHeadOfItsFrame() throws Exception {
    for (int size : new int[] {5_000, 60_000, 1 << 20}) {
      TransportCounts.Payloads before = counters.read().payloadsIn();

      readKnown(answer(size));

      TransportCounts.Payloads after = counters.read().payloadsIn();
      long copied = after.copiedBytes() - before.copiedBytes();
      assertThat(copied).isBetween((long) size, (long) size + Loop.HEAD_BYTES);
      assertThat(copied + after.savedBytes() - before.savedBytes()).isEqualTo(3L * size);
      assertThat(came.getLast().payload().bytes()).hasSize(size);
    }
  }

  @Test
  void copiesTwiceWhatStandsInASmallFrameOrInABatch() throws Exception {
    readKnown(answer(100));
    assertThat(counters.read().payloadsIn()).isEqualTo(new TransportCounts.Payloads(200, 100));

    BatchProto.Builder batch = BatchProto.newBuilder();
    for (int i = 0; i < 10; i++) {
      batch.addMessages(answer(3_000));
    }
    readKnown(
        MessageProto.newBuilder()
            .setContent(MessageContentProto.newBuilder().setBatch(batch))
            .build());

    assertThat(counters.read().payloadsIn())
        .isEqualTo(new TransportCounts.Payloads(200 + 60_000, 100 + 30_000));
    assertThat(came).hasSize(11);
  }

  @Test
  void readsABatchThatIsLargerThanTheBufferAndMakesNothingBesideItsPayloads() throws Exception {
    BatchProto.Builder batch = BatchProto.newBuilder();
    for (int i = 0; i < 4; i++) {
      batch.addMessages(answer(50_000 + i));
    }
    MessageProto frame =
        MessageProto.newBuilder()
            .setContent(MessageContentProto.newBuilder().setBatch(batch))
            .build();
    byte[] bytes = frame.toByteArray();
    readKnown(frame);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    loop.read(new Known(bytes), bytes.length, receiver);

    // A window and some small things; a payload that was put together of bits would be made twice.
    long made = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(made).isBetween(200_006L, 200_006L + 40_000);
    assertThat(came).hasSize(8);
    assertThat(came.getLast().payload().bytes()).hasSize(50_003);
  }

  @Test
  void countsWhatIsCopiedBeforeAndAfterInflating() throws Exception {
    Payload payload = new Payload(1, new byte[200_000]);
    Message answer = Message.of(0, new Content.InvocationResponse("")).withPayload(payload);
    Envelope envelope = new MessageEncoder(null).encode(answer, 0);
    OutFrame frame =
        OutFrame.of(Outgoing.oneWay(1, envelope, payload, new Outgoing.Times(0, 0)), 0);
    byte[] wire;
    try (Compressor compressor =
        new Compressor(
            new CompressionConfig(Algorithm.GZIP, 1, 1_000, 0.9), new Counters(), () -> 0)) {
      compressor.deflate(frame, Algorithm.GZIP);
      wire = frame.stream().readAllBytes();
    }

    loop.read(new Known(wire), 1 << 20, receiver);

    assertThat(came.getFirst().payload().bytes()).hasSize(200_000);
    assertThat(counters.read().payloadsIn())
        .isEqualTo(new TransportCounts.Payloads(200_000 + wire.length, 200_000));
  }
}
