package dev.orbit.proto;

import static dev.orbit.proto.FrameInput.BYTES;
import static dev.orbit.proto.FrameInput.FIXED64;
import static dev.orbit.proto.FrameInput.VARINT;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.CallLinkProto;
import dev.orbit.proto.wire.KeyProto;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads addresses of actors, and the turns of a chain that name them. Complains of the first that
 * makes no sense and of no other, so that a message of many costs its reader no more than its
 * bytes. Not thread-safe.
 */
final class AddressReader {
  private static final int TYPE =
      AddressableReferenceProto.ADDRESSABLE_TYPE_FIELD_NUMBER << 3 | BYTES;
  private static final int KEY = AddressableReferenceProto.KEY_FIELD_NUMBER << 3 | BYTES;
  private static final int STRING_KEY = KeyProto.STRING_KEY_FIELD_NUMBER << 3 | BYTES;
  private static final int INT32_KEY = KeyProto.INT32_KEY_FIELD_NUMBER << 3 | VARINT;
  private static final int INT64_KEY = KeyProto.INT64_KEY_FIELD_NUMBER << 3 | VARINT;
  private static final int ACTOR = CallLinkProto.ACTOR_FIELD_NUMBER << 3 | BYTES;
  private static final int METHOD = CallLinkProto.METHOD_FIELD_NUMBER << 3 | BYTES;
  private static final int CALL_ID = CallLinkProto.CALL_ID_FIELD_NUMBER << 3 | FIXED64;

  private final FrameInput input;

  AddressReader(FrameInput input) {
    this.input = input;
  }

  /**
   * Reads an address from its length on.
   *
   * @return null where something is wrong with it
   */
  @Nullable AddressableReference reference(String field) throws IOException {
    CodedInputStream in = input.in();
    int outer = input.enter();
    String type = "";
    Key key = null;
    boolean keyed = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TYPE -> type = input.name();
        case KEY -> {
          int around = input.enter();
          key = key(field);
          keyed = true;
          input.leave(around);
        }
        default -> input.skip(tag);
      }
    }
    input.leave(outer);
    if (input.error() != null) {
      return null;
    }
    try {
      References.checkType(type, field);
      if (!keyed) {
        throw Fields.missing(field + ".key");
      }
      return key == null ? null : new AddressableReference(type, key);
    } catch (ProtocolException e) {
      input.wrong(e);
      return null;
    }
  }

  /** Null where something is wrong with it. */
  private @Nullable Key key(String field) throws IOException {
    CodedInputStream in = input.in();
    int before = input.position();
    int tag = in.readTag();
    Key key =
        switch (tag) {
          case STRING_KEY -> {
            String value = input.text();
            yield value.length() <= Key.MAX_STRING_LENGTH ? Key.of(value) : tooLong(value, field);
          }
          case INT32_KEY -> Key.of(in.readInt32());
          case INT64_KEY -> Key.of(in.readInt64());
          default -> rareKey(null, input.restFrom(tag, before), field);
        };
    return key == null || in.getBytesUntilLimit() == 0
        ? key
        : rareKey(key, input.restFrom(0, input.position()), field);
  }

  private @Nullable Key tooLong(String value, String field) {
    return checked(KeyProto.newBuilder().setStringKey(value), field);
  }

  /**
   * Whatever else a key may be made of: members of rare kinds, or several, of which the last
   * counts.
   *
   * @param rest what was not read of it
   */
  private @Nullable Key rareKey(@Nullable Key before, FrameInput.Slice rest, String field)
      throws IOException {
    KeyProto.Builder proto =
        before == null ? KeyProto.newBuilder() : Keys.toProto(before).toBuilder();
    proto.mergeFrom(
        rest.array(), rest.from(), rest.length(), ExtensionRegistryLite.getEmptyRegistry());
    return checked(proto, field);
  }

  private @Nullable Key checked(KeyProto.Builder proto, String field) {
    if (input.error() != null) {
      return null;
    }
    try {
      return Keys.fromProto(proto.build(), field);
    } catch (ProtocolException e) {
      input.wrong(e);
      return null;
    }
  }

  /**
   * Reads a turn of a chain from its length on.
   *
   * @return null where something is wrong with it
   */
  @Nullable CallLink link(String field) throws IOException {
    CodedInputStream in = input.in();
    int outer = input.enter();
    AddressableReference actor = null;
    boolean named = false;
    String method = "";
    long callId = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ACTOR -> {
          actor = reference(field + ".actor");
          named = true;
        }
        case METHOD -> method = input.name();
        case CALL_ID -> callId = in.readRawLittleEndian64();
        default -> input.skip(tag);
      }
    }
    input.leave(outer);
    if (input.error() != null) {
      return null;
    }
    try {
      if (!named) {
        throw Fields.missing(field + ".actor");
      }
      Fields.length(field + ".method", method, 1, Invocations.MAX_METHOD_LENGTH);
      return actor == null ? null : new CallLink(actor, method, callId);
    } catch (ProtocolException e) {
      input.wrong(e);
      return null;
    }
  }
}
