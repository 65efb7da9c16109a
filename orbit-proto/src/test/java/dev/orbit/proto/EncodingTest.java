package dev.orbit.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import dev.orbit.api.CallSettings;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.CallLinkProto;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.InvocationResponseProto;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.proto.wire.MessageTargetProto;
import dev.orbit.proto.wire.NodeIdProto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The encoder and decoder that are written by hand do what the stock ones do. {@code -Dorbit.seed}
 * repeats a run.
 */
class EncodingTest {
  private static final long SEED = Long.getLong("orbit.seed", System.nanoTime());
  private static final int RUNS = 4_000;

  private final RandomMessages random = new RandomMessages(SEED);
  private final MessageDecoder decoder = new MessageDecoder();

  /** What came out of a decoder, messages and complaints in their order. */
  private static final class Came implements MessageDecoder.Receiver {
    final List<Object> all = new ArrayList<>();
    int most = Integer.MAX_VALUE;

    @Override
    public boolean isOpen() {
      return all.size() < most;
    }

    @Override
    public void message(Message message) {
      // Its one form on the wire: records with arrays in them do not compare.
      all.add(Messages.toProto(message));
    }

    @Override
    public void bad(BadMessage message) {
      // Not which of several complaints comes first.
      all.add(message.id() + " " + message.role());
    }
  }

  private List<Object> byHand(byte[] bytes) throws IOException {
    Came exact = new Came();
    decoder.decode(bytes, 0, bytes.length, exact);
    Came came = new Came();
    byte[] within = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, within, 3, bytes.length);
    decoder.decode(within, 3, bytes.length, came);
    assertThat(exact.all).as("within a larger array").isEqualTo(came.all);
    return came.all;
  }

  private List<Object> byHandFromStream(byte[] bytes) throws IOException {
    Came came = new Came();
    decoder.decode(new ByteArrayInputStream(bytes), came);
    return came.all;
  }

  private static List<Object> stock(byte[] bytes) throws InvalidProtocolBufferException {
    Came came = new Came();
    Stock.receive(MessageProto.parseFrom(bytes), came::message, came::bad);
    return came.all;
  }

  @Test
  void readsWhatTheStockParserReads() throws Exception {
    for (int i = 0; i < RUNS; i++) {
      byte[] bytes = Stock.encode(random.message(i % RandomMessages.KINDS));

      assertThat(byHand(bytes)).as("seed %d, run %d", SEED, i).isEqualTo(stock(bytes));
      assertThat(byHandFromStream(bytes))
          .as("seed %d, run %d, from a stream", SEED, i)
          .isEqualTo(stock(bytes));
    }
  }

  /**
   * A field that is new on the wire has to be drawn by {@link RandomMessages}, and then has to be
   * written and read by hand, or one of the comparisons here fails.
   */
  @Test
  void everyFieldOfTheWireIsDrawn() {
    Set<FieldDescriptor> drawn = new HashSet<>();
    for (int i = 0; i < RUNS; i++) {
      note(Messages.toProto(random.message(i % RandomMessages.KINDS)), drawn);
    }

    assertThat(drawn)
        .containsAll(MessageProto.getDescriptor().getFields())
        .containsAll(MessageContentProto.getDescriptor().getFields())
        .containsAll(InvocationRequestProto.getDescriptor().getFields())
        .containsAll(InvocationResponseProto.getDescriptor().getFields())
        .containsAll(AddressableReferenceProto.getDescriptor().getFields())
        .containsAll(KeyProto.getDescriptor().getFields())
        .containsAll(CallLinkProto.getDescriptor().getFields())
        .containsAll(NodeIdProto.getDescriptor().getFields())
        .containsAll(MessageTargetProto.getDescriptor().getFields());
  }

  private static void note(com.google.protobuf.Message message, Set<FieldDescriptor> drawn) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              drawn.add(field);
              if (value instanceof com.google.protobuf.Message inner) {
                note(inner, drawn);
              } else if (value instanceof List<?> list) {
                list.forEach(
                    element -> {
                      if (element instanceof com.google.protobuf.Message inner) {
                        note(inner, drawn);
                      }
                    });
              }
            });
  }

  @Test
  void passesOverFieldsThatItDoesNotKnow() throws Exception {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(1900, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .addField(
                1901,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("newer"))
                    .addFixed32(1)
                    .addFixed64(2)
                    .build())
            .build();
    for (int i = 0; i < RandomMessages.KINDS; i++) {
      MessageProto known = Messages.toProto(random.message(i));
      MessageProto.Builder more = known.toBuilder().setUnknownFields(newer);
      more.getContentBuilder().setUnknownFields(newer);
      if (known.getContent().hasInvocationRequest()) {
        more.getContentBuilder()
            .getInvocationRequestBuilder()
            .setUnknownFields(newer)
            .getReferenceBuilder()
            .setUnknownFields(newer)
            .getKeyBuilder()
            .setUnknownFields(newer);
      }
      if (known.getCallChainCount() > 0) {
        more.getCallChainBuilder(0).setUnknownFields(newer);
      }

      assertThat(byHand(more.build().toByteArray()))
          .as("seed %d, kind %d", SEED, i)
          .isEqualTo(stock(known.toByteArray()));
    }
  }

  @Test
  void aBatchOfNonsenseIsNoBatch() {
    BatchProto.Builder batch = BatchProto.newBuilder();
    for (int i = 0; i < 1_000_000; i++) {
      batch.addMessages(MessageProto.getDefaultInstance());
    }
    byte[] bytes =
        MessageProto.newBuilder()
            .setContent(MessageContentProto.newBuilder().setBatch(batch))
            .build()
            .toByteArray();
    Came came = new Came();

    assertThatThrownBy(() -> decoder.decode(bytes, 0, bytes.length, came))
        .isInstanceOf(InvalidProtocolBufferException.class)
        .hasMessageContaining("members of the batch make no sense");
    assertThat(came.all).hasSizeLessThan(20);
  }

  @Test
  void aReceiverThatIsClosedGetsNoMoreOfABatch() throws Exception {
    List<MessageProto> members = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      members.add(Messages.toProto(random.message(i)));
    }
    byte[] bytes = Stock.batch(members).toByteArray();
    Came came = new Came();
    came.most = 2;

    decoder.decode(bytes, 0, bytes.length, came);

    assertThat(came.all).hasSize(2);
  }

  @Test
  void complainsOnceOfAMessageFullOfNonsense() throws Exception {
    MessageProto.Builder message =
        MessageProto.newBuilder()
            .setMessageId(5)
            .setContent(
                MessageContentProto.newBuilder()
                    .setInvocationRequest(InvocationRequestProto.getDefaultInstance()));
    for (int i = 0; i < 100_000; i++) {
      message.addCallChain(CallLinkProto.getDefaultInstance());
    }

    assertThat(byHand(message.build().toByteArray())).containsExactly("5 REQUEST");
  }

  @Test
  void complainsOfWhatTheStockParserComplainsOf() throws Exception {
    int damaged = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Stock.encode(random.message(i % RandomMessages.KINDS));
      bytes[random.below(bytes.length)] ^= (byte) (1 << random.below(8));
      List<Object> stock;
      try {
        stock = stock(bytes);
      } catch (InvalidProtocolBufferException e) {
        continue;
      }
      try {
        List<Object> byHand = byHand(bytes);
        if (stock.size() == byHand.size() && !hasRepeatedParts(bytes)) {
          assertThat(byHand).as("seed %d, run %d", SEED, i).isEqualTo(stock);
          damaged++;
        }
      } catch (InvalidProtocolBufferException e) {
        fail("seed %d, run %d: the stock parser takes it: %s".formatted(SEED, i, e), e);
      }
    }

    assertThat(damaged).isGreaterThan(1_000);
  }

  /** Parts that come twice are merged by the stock parser; here the later one counts. */
  private static boolean hasRepeatedParts(byte[] bytes) throws IOException {
    if (MessageProto.parseFrom(bytes).getSerializedSize() != bytes.length) {
      return true;
    }
    // An entry of a map that lost its value grows by as much when it is written again.
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    Set<Integer> seen = new HashSet<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      FieldDescriptor field =
          MessageProto.getDescriptor().findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (field != null && !field.isRepeated() && !seen.add(tag)) {
        return true;
      }
      in.skipField(tag);
    }
    return false;
  }

  @Test
  void bytesThatAreNoMessageEndInOneKindOfException() {
    int refused = 0;
    for (int i = 0; i < 40_000; i++) {
      byte[] bytes =
          random.below(2) == 0
              ? random.randomBytes(60)
              : damaged(Stock.encode(random.message(i % RandomMessages.KINDS)));
      try {
        byHand(bytes);
        byHandFromStream(bytes);
      } catch (IOException e) {
        refused++;
      } catch (RuntimeException | StackOverflowError e) {
        fail("seed %d: %s".formatted(SEED, Arrays.toString(bytes)), e);
      }
    }

    assertThat(refused).as("seed %d", SEED).isPositive();
  }

  private byte[] damaged(byte[] bytes) {
    for (int flips = 1 + random.below(3); flips > 0; flips--) {
      bytes[random.below(bytes.length)] ^= (byte) (1 << random.below(8));
    }
    return Arrays.copyOf(bytes, random.below(bytes.length + 1));
  }

  @Test
  void writesWhatTheStockConverterWrites() throws Exception {
    for (int i = 0; i < RUNS; i++) {
      Message message = random.message(i % RandomMessages.KINDS);
      byte[] bytes = encoded(message);

      assertThat(MessageProto.parseFrom(bytes))
          .as("seed %d, run %d", SEED, i)
          .isEqualTo(Messages.toProto(message));
    }
  }

  @Test
  void refusesWhatTheStockConverterRefuses() {
    AddressableReference actor = new AddressableReference("T", Key.of("k"));
    Message halfPair =
        Message.of(1, request(new AddressableReference("T", Key.of("a\ud800")), "m"));
    Message good = Message.of(1, request(actor, "m"));
    CallLink link = new CallLink(actor, "m", 1);
    Map<String, String> fat = Map.of("k", "v".repeat(CallSettings.MAX_BAGGAGE_LENGTH));
    for (Message bad :
        List.of(
            halfPair,
            Message.of(1, request(actor, "")),
            good.withHeaders(Headers.NONE.withRemainingMicros(-1)),
            good.withHeaders(new Headers(0, 0, 0, -1, CallScope.NONE, Map.of(), "", false, 0)),
            within(good, new CallScope(1, Collections.nCopies(65, link), Map.of())),
            within(good, new CallScope(1, List.of(new CallLink(actor, "", 1)), Map.of())),
            within(good, new CallScope(1, List.of(), fat)),
            traced(good, Map.of("k", "v".repeat(Headers.MAX_TRACE_LENGTH))),
            within(good, new CallScope(1, List.of(), Map.of("\udc00", ""))))) {
      String stock = refusal(() -> Messages.toProto(bad));

      assertThat(stock).isNotEmpty();
      assertThat(refusal(() -> encoded(bad))).isEqualTo(stock);
    }
  }

  private static Content request(AddressableReference actor, String method) {
    return new Content.InvocationRequest(
        actor, method, "", Content.InvocationReason.INVOCATION, false);
  }

  private static Message traced(Message message, Map<String, String> trace) {
    return message.withHeaders(new Headers(0, 0, 0, 0, CallScope.NONE, trace, "", false, 0));
  }

  private static Message within(Message message, CallScope scope) {
    return message.withHeaders(new Headers(0, 0, 0, 0, scope, Map.of(), "", false, 0));
  }

  private static String refusal(Runnable attempt) {
    try {
      attempt.run();
      return "";
    } catch (ProtocolException e) {
      return e.description();
    }
  }

  /** As a transport would write it: id, envelope, time that is left, payload. */
  private static byte[] encoded(Message message) {
    Envelope envelope = new MessageEncoder(message.source()).encode(message, 0);
    MessageProto.Builder late =
        MessageProto.newBuilder().setRemainingMicros(message.headers().remainingMicros());
    if (message.payload() != null) {
      late.setPayload(Fields.wrap(message.payload().bytes()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(MessageProto.newBuilder().setMessageId(message.id()).build().toByteArray());
    bytes.write(envelope.bytes(), envelope.offset(), envelope.length());
    bytes.writeBytes(late.build().toByteArray());
    return bytes.toByteArray();
  }
}
