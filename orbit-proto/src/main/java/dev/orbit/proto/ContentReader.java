package dev.orbit.proto;

import static dev.orbit.proto.FrameInput.BYTES;
import static dev.orbit.proto.FrameInput.VARINT;

import com.google.protobuf.CodedInputStream;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.InvocationResponseProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageContentProto.ContentCase;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a message says: calls and their results field by field, everything else by the stock
 * parser. Not thread-safe.
 */
final class ContentReader {
  private static final int REQUEST =
      MessageContentProto.INVOCATION_REQUEST_FIELD_NUMBER << 3 | BYTES;
  private static final int RESPONSE =
      MessageContentProto.INVOCATION_RESPONSE_FIELD_NUMBER << 3 | BYTES;
  private static final int BATCH = MessageContentProto.BATCH_FIELD_NUMBER << 3 | BYTES;
  private static final int REFERENCE = InvocationRequestProto.REFERENCE_FIELD_NUMBER << 3 | BYTES;
  private static final int METHOD = InvocationRequestProto.METHOD_FIELD_NUMBER << 3 | BYTES;
  private static final int ARGUMENTS = InvocationRequestProto.ARGUMENTS_FIELD_NUMBER << 3 | BYTES;
  private static final int REASON = InvocationRequestProto.REASON_FIELD_NUMBER << 3 | VARINT;
  private static final int ONE_WAY = InvocationRequestProto.ONE_WAY_FIELD_NUMBER << 3 | VARINT;
  private static final int VALUE = InvocationResponseProto.VALUE_FIELD_NUMBER << 3 | BYTES;

  private static final String REFERENCE_FIELD = "content.invocation_request.reference";
  private static final Content.InvocationResponse EMPTY_RESPONSE =
      new Content.InvocationResponse("");

  private final FrameInput input;
  private final AddressReader addresses;

  private @Nullable Content content;
  private ContentCase kind = ContentCase.CONTENT_NOT_SET;
  private boolean oneWay;
  private boolean batch;

  ContentReader(FrameInput input, AddressReader addresses) {
    this.input = input;
    this.addresses = addresses;
  }

  /** Forgets the message before. */
  void clear() {
    content = null;
    kind = ContentCase.CONTENT_NOT_SET;
    oneWay = false;
    batch = false;
  }

  /**
   * Reads the content from its member of that tag on to its end.
   *
   * @param before where the tag stood
   */
  void read(int first, int before) throws IOException {
    switch (first) {
      case REQUEST -> request();
      case RESPONSE -> response();
      default -> {
        rare(first, before);
        return;
      }
    }
    if (input.in().getBytesUntilLimit() != 0) {
      int next = input.position();
      rare(input.in().readTag(), next);
    }
  }

  private void rare(int first, int before) throws IOException {
    FrameInput.Slice bytes = input.restFrom(first, before);
    if (holdsBatch(bytes)) {
      // Nobody needs what is in it: it is refused.
      kind = ContentCase.BATCH;
      batch = true;
      oneWay = false;
      return;
    }
    MessageContentProto proto =
        MessageContentProto.parser().parseFrom(bytes.array(), bytes.from(), bytes.length());
    if (proto.getContentCase() == ContentCase.CONTENT_NOT_SET
        && kind != ContentCase.CONTENT_NOT_SET) {
      // Fields that this version does not know, after one that it does.
      return;
    }
    kind = proto.getContentCase();
    batch = false;
    oneWay = proto.getInvocationRequest().getOneWay();
    try {
      content = Contents.fromProto(proto);
    } catch (ProtocolException e) {
      input.wrong(e);
    }
  }

  private static boolean holdsBatch(FrameInput.Slice content) throws IOException {
    CodedInputStream in =
        CodedInputStream.newInstance(content.array(), content.from(), content.length());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == BATCH) {
        return true;
      }
      if (!in.skipField(tag)) {
        throw MessageDecoder.notProtobuf();
      }
    }
    return false;
  }

  private void response() throws IOException {
    CodedInputStream in = input.in();
    int outer = input.enter();
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == VALUE) {
        value = input.text();
      } else {
        input.skip(tag);
      }
    }
    input.leave(outer);
    kind = ContentCase.INVOCATION_RESPONSE;
    content = value.isEmpty() ? EMPTY_RESPONSE : new Content.InvocationResponse(value);
  }

  private void request() throws IOException {
    CodedInputStream in = input.in();
    int outer = input.enter();
    kind = ContentCase.INVOCATION_REQUEST;
    boolean referenced = false;
    AddressableReference reference = null;
    String method = "";
    String arguments = "";
    int reason = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case REFERENCE -> {
          reference = addresses.reference(REFERENCE_FIELD);
          referenced = true;
        }
        case METHOD -> method = input.name();
        case ARGUMENTS -> arguments = input.text();
        case REASON -> reason = in.readEnum();
        case ONE_WAY -> oneWay = in.readBool();
        default -> input.skip(tag);
      }
    }
    input.leave(outer);
    try {
      if (!referenced) {
        throw Fields.missing(REFERENCE_FIELD);
      }
      if (reference != null) {
        content = Invocations.request(reference, method, arguments, reason, oneWay);
      }
    } catch (ProtocolException e) {
      input.wrong(e);
    }
  }

  // What came of it.

  /** Null where there is none, or something is wrong with it. */
  @Nullable Content content() {
    return content;
  }

  /** What is to be done where something is wrong with the message. */
  BadMessage.Role role() {
    return BadMessage.roleOf(kind, oneWay);
  }

  /** Whether a batch stood in it, which was not read. */
  boolean isBatch() {
    return batch;
  }
}
