package dev.orbit.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.CallLinkProto;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is refused in the end costs no memory on the way there. */
class BoundedReadingTest {
  private static final int CONTENT = MessageProto.CONTENT_FIELD_NUMBER;
  private static final int BATCH = MessageContentProto.BATCH_FIELD_NUMBER;
  private static final int MEMBER = BatchProto.MESSAGES_FIELD_NUMBER;
  private static final Content CALL =
      new Content.InvocationRequest(
          new AddressableReference("T", Key.of("k")),
          "m",
          "",
          Content.InvocationReason.INVOCATION,
          false);

  private final MessageDecoder decoder = new MessageDecoder();

  /** Ids of messages, and ids and roles of what made no sense. */
  private static final class Came implements MessageDecoder.Receiver {
    final List<String> all = new ArrayList<>();

    @Override
    public void message(Message message) {
      all.add("" + message.id());
    }

    @Override
    public void bad(BadMessage message) {
      all.add(message.id() + " " + message.role());
    }
  }

  private List<String> byHand(byte[] bytes) throws IOException {
    Came came = new Came();
    decoder.decode(bytes, 0, bytes.length, came);
    return came.all;
  }

  private List<String> byHandFromStream(byte[] bytes) throws IOException {
    Came came = new Came();
    decoder.decode(new ByteArrayInputStream(bytes), came);
    return came.all;
  }

  @Test
  void keepsNothingOfABatchWithinABatch() throws Exception {
    byte[] inner = new byte[2 << 20];
    byte[] member = wrapped(wrapped(inner, BATCH), CONTENT);
    byte[] bytes = wrapped(wrapped(wrapped(member, MEMBER), BATCH), CONTENT);
    // Two bytes each: as protobuf values they would take twenty times as much.
    for (int i = 0; i < inner.length; i += 2) {
      bytes[bytes.length - inner.length + i] = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }
    long before = allocated();

    List<String> came = byHandFromStream(bytes);

    assertThat(allocated() - before).isLessThan(3L * bytes.length);
    assertThat(came).containsExactly("0 REQUEST");
  }

  @Test
  void keepsNoMoreOfAChainOrAMapThanMayBeThere() throws Exception {
    CallLinkProto link =
        CallLinkProto.newBuilder()
            .setActor(
                AddressableReferenceProto.newBuilder()
                    .setAddressableType("T")
                    .setKey(KeyProto.newBuilder().setInt32Key(1)))
            .setMethod("m")
            .build();
    MessageProto.Builder chained = call();
    MessageProto.Builder laden = call();
    MessageProto.Builder traced = call();
    for (int i = 0; i < 40_000; i++) {
      chained.addCallChain(link);
      laden.putBaggage("b" + i, "");
      traced.putTraceContext("t" + i, "");
    }

    for (MessageProto.Builder full : List.of(chained, laden, traced)) {
      byte[] bytes = full.build().toByteArray();
      byHandFromStream(bytes);
      long before = allocated();

      List<String> came = byHandFromStream(bytes);

      assertThat(came).containsExactly("5 REQUEST");
      assertThat(allocated() - before).isLessThan(16L * bytes.length);
    }
  }

  private static MessageProto.Builder call() {
    return Messages.toProto(Message.of(5, CALL)).toBuilder();
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static byte[] wrapped(byte[] body, int field) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(field, body);
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void readsABatchBehindOtherFieldsAndRefusesOneAmongOtherContents() throws Exception {
    List<MessageProto> members = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      members.add(call().setMessageId(i).build());
    }
    MessageProto batch = Stock.batch(members);
    ByteArrayOutputStream behind = new ByteArrayOutputStream();
    behind.writeBytes(MessageProto.newBuilder().setMessageId(7).build().toByteArray());
    behind.writeBytes(batch.toByteArray());
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(call().getContent().toByteArray());
    content.writeBytes(batch.getContent().toByteArray());

    List<String> outer = byHand(behind.toByteArray());
    List<String> among = byHand(wrapped(content.toByteArray(), CONTENT));

    assertThat(outer).isEqualTo(byHand(batch.toByteArray())).hasSize(5);
    assertThat(among).containsExactly("0 REQUEST");
  }
}
