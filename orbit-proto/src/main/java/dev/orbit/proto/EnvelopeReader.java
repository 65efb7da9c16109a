package dev.orbit.proto;

import static dev.orbit.proto.FrameInput.BYTES;
import static dev.orbit.proto.FrameInput.FIXED64;
import static dev.orbit.proto.FrameInput.VARINT;

import com.google.protobuf.CodedInputStream;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.proto.wire.MessageTargetProto;
import dev.orbit.proto.wire.NodeIdProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one message after the other. A part that comes twice in one message counts as
 * it came last; the stock parser would merge the two, but no writer makes such messages. Not
 * thread-safe.
 */
final class EnvelopeReader {
  private static final int MESSAGE_ID = MessageProto.MESSAGE_ID_FIELD_NUMBER << 3 | VARINT;
  private static final int SOURCE = MessageProto.SOURCE_FIELD_NUMBER << 3 | BYTES;
  private static final int TARGET = MessageProto.TARGET_FIELD_NUMBER << 3 | BYTES;
  private static final int CONTENT = MessageProto.CONTENT_FIELD_NUMBER << 3 | BYTES;
  private static final int ATTEMPTS = MessageProto.ATTEMPTS_FIELD_NUMBER << 3 | VARINT;
  private static final int REMAINING = MessageProto.REMAINING_MICROS_FIELD_NUMBER << 3 | VARINT;
  private static final int VIEW = MessageProto.VIEW_VERSION_FIELD_NUMBER << 3 | VARINT;
  private static final int TARGET_LIFE = MessageProto.TARGET_INCARNATION_FIELD_NUMBER << 3 | VARINT;
  private static final int SOURCE_LIFE = MessageProto.SOURCE_INCARNATION_FIELD_NUMBER << 3 | VARINT;
  private static final int PLACED = MessageProto.PLACED_FIELD_NUMBER << 3 | VARINT;
  private static final int TRACE = MessageProto.TRACE_CONTEXT_FIELD_NUMBER << 3 | BYTES;
  private static final int CODEC = MessageProto.PAYLOAD_CODEC_FIELD_NUMBER << 3 | VARINT;
  private static final int PRINCIPAL = MessageProto.PRINCIPAL_FIELD_NUMBER << 3 | BYTES;
  private static final int CALL_ID = MessageProto.CALL_ID_FIELD_NUMBER << 3 | FIXED64;
  private static final int CHAIN = MessageProto.CALL_CHAIN_FIELD_NUMBER << 3 | BYTES;
  private static final int BAGGAGE = MessageProto.BAGGAGE_FIELD_NUMBER << 3 | BYTES;
  private static final int CREDIT = MessageProto.CREDIT_FIELD_NUMBER << 3 | VARINT;
  private static final int TRANSFER = MessageProto.TRANSFER_FIELD_NUMBER << 3 | VARINT;
  private static final int PAYLOAD = MessageProto.PAYLOAD_FIELD_NUMBER << 3 | BYTES;

  private static final int BATCH = MessageContentProto.BATCH_FIELD_NUMBER << 3 | BYTES;
  private static final byte[] NOTHING = {};

  /** No batch came. */
  static final int NO_BATCH = -1;

  /** What is known from the messages before. */
  static final class Known {
    private final KnownPart<NodeId> source = new KnownPart<>();
    private final KnownPart<Target> target = new KnownPart<>();
  }

  private final FrameInput input;
  private final Known known;
  private final AddressReader addresses;
  private final ContentReader content;

  private long id;
  private @Nullable NodeId source;
  private @Nullable Target target;
  private long attempts;
  private long remaining;
  private long view;
  private long targetLife;
  private long sourceLife;
  private boolean placed;
  private long callId;
  private @Nullable List<CallLink> chain;
  private int chainLength;
  private final EntryReader baggage;
  private final EntryReader trace;
  private String principal = "";
  private int codec;
  private long credit;
  private long transfer;
  private byte[] payload = NOTHING;

  EnvelopeReader(FrameInput input, Known known) {
    this.input = input;
    this.known = known;
    this.addresses = new AddressReader(input);
    this.content = new ContentReader(input, addresses);
    this.baggage = new EntryReader(input, CallScopes.BAGGAGE);
    this.trace = new EntryReader(input, Headers.TRACE);
  }

  /** Forgets the message before. */
  void clear() {
    content.clear();
    input.clearError();
    id = 0;
    source = null;
    target = null;
    attempts = 0;
    remaining = 0;
    view = 0;
    targetLife = 0;
    sourceLife = 0;
    placed = false;
    callId = 0;
    chain = null;
    chainLength = 0;
    baggage.clear();
    trace.clear();
    principal = "";
    codec = 0;
    credit = 0;
    transfer = 0;
    payload = NOTHING;
  }

  /** Reads a member of a batch to its end. A batch in it is passed over. */
  void member() throws IOException {
    read(false);
  }

  /**
   * Reads to the end of the message, or to a batch.
   *
   * @return the limit around the content whose batch comes next; {@link #NO_BATCH} at the end
   */
  int untilBatch() throws IOException {
    return read(true);
  }

  private int read(boolean stopsAtBatch) throws IOException {
    CodedInputStream in = input.in();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case MESSAGE_ID -> id = in.readRawVarint64();
        case SOURCE -> source();
        case TARGET -> target();
        case CONTENT -> {
          int outer = input.enter();
          int before = input.position();
          int first = in.readTag();
          if (first == BATCH && stopsAtBatch) {
            return outer;
          }
          content.read(first, before);
          input.leave(outer);
        }
        case ATTEMPTS -> attempts = in.readRawVarint64();
        case REMAINING -> remaining = in.readRawVarint64();
        case VIEW -> view = in.readRawVarint64();
        case TARGET_LIFE -> targetLife = in.readRawVarint64();
        case SOURCE_LIFE -> sourceLife = in.readRawVarint64();
        case PLACED -> placed = in.readBool();
        case CALL_ID -> callId = in.readRawLittleEndian64();
        case CHAIN -> link();
        case BAGGAGE -> baggage.read();
        case TRACE -> trace.read();
        case CODEC -> codec = in.readUInt32();
        case PRINCIPAL -> principal = input.name();
        case CREDIT -> credit = in.readRawVarint64();
        case TRANSFER -> transfer = in.readRawVarint64();
        case PAYLOAD -> payload = input.payload();
        default -> input.skip(tag);
      }
    }
    return NO_BATCH;
  }

  private void source() throws IOException {
    source = known.source.next(input);
    if (source != null) {
      return;
    }
    byte[] own = input.in().readByteArray();
    NodeIdProto proto = NodeIdProto.parseFrom(own);
    try {
      NodeId read = NodeIds.fromProto(proto, "source");
      known.source.learn(own, read);
      source = read;
    } catch (ProtocolException e) {
      input.wrong(e);
    }
  }

  private void target() throws IOException {
    target = known.target.next(input);
    if (target != null) {
      return;
    }
    byte[] own = input.in().readByteArray();
    MessageTargetProto proto = MessageTargetProto.parseFrom(own);
    try {
      Target read = Targets.fromProto(proto);
      known.target.learn(own, read);
      target = read;
    } catch (ProtocolException e) {
      input.wrong(e);
    }
  }

  private void link() throws IOException {
    chainLength++;
    if (chainLength > CallScope.MAX_CHAIN) {
      // It will be refused: what is too much is counted and not kept.
      input.skip(CHAIN);
      return;
    }
    CallLink link = addresses.link(CallScopes.CHAIN);
    if (chain == null) {
      chain = new ArrayList<>(4);
    }
    if (link != null) {
      chain.add(link);
    }
  }

  // What came of it.

  boolean isBatch() {
    return content.isBatch();
  }

  BadMessage nested(int index) {
    return new BadMessage(id, BadMessage.Role.REQUEST, Contents.nested(index));
  }

  /** For a batch that other members of its content stand before. */
  BadMessage batchAmongOthers() {
    return new BadMessage(
        id,
        BadMessage.Role.REQUEST,
        Fields.violation("content.batch", "is not the only member of its content"));
  }

  /** False if it made no sense. */
  boolean handOut(MessageDecoder.Receiver receiver) {
    Message message;
    try {
      message = message();
    } catch (ProtocolException e) {
      receiver.bad(new BadMessage(id, content.role(), e));
      return false;
    }
    receiver.message(message);
    return true;
  }

  private Message message() {
    Fields.notNegative("message_id", id);
    ProtocolException error = input.error();
    if (error != null) {
      throw error;
    }
    Content said = content.content();
    if (said == null) {
      throw Fields.missing("content");
    }
    return new Message(id, source, target, said, Messages.attempts(attempts), headers(), payload());
  }

  private Headers headers() {
    if ((remaining | view | targetLife | sourceLife | callId | credit) == 0
        && chainLength == 0
        && baggage.isEmpty()
        && trace.isEmpty()
        && principal.isEmpty()
        && !placed) {
      return Headers.NONE;
    }
    return new Headers(
        Fields.notNegative("remaining_micros", remaining),
        Fields.notNegative("view_version", view),
        Fields.notNegative("target_incarnation", targetLife),
        Fields.notNegative("source_incarnation", sourceLife),
        callId == 0 && chainLength == 0 && baggage.isEmpty() ? CallScope.NONE : scope(),
        trace.entries(),
        Fields.length("principal", principal, 0, Headers.MAX_PRINCIPAL_LENGTH),
        placed,
        Fields.notNegative("credit", credit));
  }

  private CallScope scope() {
    CallScopes.bounded(CallScopes.CHAIN, chainLength);
    return CallScopes.scope(callId, chain == null ? List.of() : chain, baggage.entries());
  }

  private @Nullable Payload payload() {
    Messages.checkPayload(codec, payload.length, transfer);
    return codec == 0 ? null : new Payload(codec, payload, transfer);
  }
}
