package dev.orbit.proto;

import dev.orbit.api.address.Key;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.NoKeyProto;

/** {@link Key} to and from {@code KeyProto}. */
public final class Keys {
  private static final String CASES = "string_key, int32_key, int64_key, no_key";

  private Keys() {}

  /**
   * The wire form of a key.
   *
   * @throws ProtocolException if a string key holds half of a surrogate pair
   */
  public static KeyProto toProto(Key key) {
    KeyProto.Builder proto = KeyProto.newBuilder();
    return switch (key) {
      case Key.StringKey(String value) ->
          proto.setStringKey(Fields.wellFormed("key.string_key", value)).build();
      case Key.Int32Key(int value) -> proto.setInt32Key(value).build();
      case Key.Int64Key(long value) -> proto.setInt64Key(value).build();
      case Key.NoKey() -> proto.setNoKey(NoKeyProto.getDefaultInstance()).build();
    };
  }

  /**
   * The key that was meant.
   *
   * @throws ProtocolException if no kind of key is set, or a string key is longer than {@value
   *     Key#MAX_STRING_LENGTH} characters
   */
  public static Key fromProto(KeyProto proto) {
    return fromProto(proto, "");
  }

  /**
   * As {@link #fromProto(KeyProto)}; {@code owner} is the path of what the key belongs to, for
   * errors.
   */
  static Key fromProto(KeyProto proto, String owner) {
    return switch (proto.getKeyCase()) {
      case STRING_KEY -> {
        String value = proto.getStringKey();
        if (value.length() > Key.MAX_STRING_LENGTH) {
          throw Fields.violation(
              path(owner) + ".string_key",
              "has %d characters; allowed are 0 to %d"
                  .formatted(value.length(), Key.MAX_STRING_LENGTH));
        }
        yield Key.of(value);
      }
      case INT32_KEY -> Key.of(proto.getInt32Key());
      case INT64_KEY -> Key.of(proto.getInt64Key());
      case NO_KEY -> Key.NONE;
      case KEY_NOT_SET -> throw Fields.noCase(path(owner), CASES, proto.getUnknownFields());
    };
  }

  private static String path(String owner) {
    return owner.isEmpty() ? "key" : owner + ".key";
  }
}
