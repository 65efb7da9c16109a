package dev.orbit.proto;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The checks that all converters share. They run in both directions: what is refused when it
 * arrives is also refused when it is to be sent. A field is named by its path from the message, in
 * the words of the proto files.
 */
final class Fields {
  private Fields() {}

  /** What to throw when {@code field} holds what the protocol does not allow. */
  static ProtocolException violation(String field, String what) {
    return new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, field + ": " + what);
  }

  /** As {@link #violation(String, String)}, for what the constructor of a value said. */
  static ProtocolException violation(String field, IllegalArgumentException cause) {
    return new ProtocolException(
        ErrorCode.PROTOCOL_VIOLATION, field + ": " + cause.getMessage(), cause);
  }

  static ProtocolException missing(String field) {
    return violation(field, "is missing");
  }

  /**
   * For a oneof without a member that this version knows; tells an unset one from one that is
   * newer.
   */
  static ProtocolException noCase(String field, String allowed, UnknownFieldSet unknown) {
    if (unknown.asMap().isEmpty()) {
      return violation(field, "none of " + allowed + " is set");
    }
    return violation(
        field,
        "none of %s is set; it has the unknown fields %s"
            .formatted(allowed, new TreeSet<>(unknown.asMap().keySet())));
  }

  static ProtocolException unknownEnum(String field, int number) {
    return violation(field, "%d is not a value of this enum".formatted(number));
  }

  static long notNegative(String field, long value) {
    if (value < 0) {
      throw violation(field, "%s is not within 0 to %d".formatted(value, Long.MAX_VALUE));
    }
    return value;
  }

  static long positive(String field, long value) {
    if (value < 1) {
      throw violation(field, "%s is not within 1 to %d".formatted(value, Long.MAX_VALUE));
    }
    return value;
  }

  static int notNegative(String field, int value) {
    if (value < 0) {
      throw violation(
          field,
          "%s is not within 0 to %d".formatted(Integer.toUnsignedString(value), Integer.MAX_VALUE));
    }
    return value;
  }

  /** A text that names something: between {@code min} and {@code max} characters, and encodable. */
  static String name(String field, String value, int min, int max) {
    return wellFormed(field, length(field, value, min, max));
  }

  /** As {@link #name}, for a text that was read from UTF-8 and so can be encoded. */
  static String length(String field, String value, int min, int max) {
    if (value.length() < min || value.length() > max) {
      throw violation(
          field, "has %d characters; allowed are %d to %d".formatted(value.length(), min, max));
    }
    return value;
  }

  /**
   * Protobuf writes half of a surrogate pair as a question mark, by which two different names would
   * become one; so names with one are refused.
   */
  static String wellFormed(String field, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == value.length()
            || !Character.isLowSurrogate(value.charAt(i + 1))) {
          throw violation(field, "has half of a surrogate pair at character %d".formatted(i));
        }
        i++;
      }
    }
    return value;
  }

  /** Shares the array with the byte string. */
  static ByteString wrap(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /**
   * The array inside the byte string where there is exactly one, else a copy: values are never
   * changed.
   */
  static byte[] unwrap(ByteString bytes) {
    if (bytes.isEmpty()) {
      return new byte[0];
    }
    Grab grab = new Grab(bytes.size());
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, grab);
    } catch (IOException e) {
      throw new AssertionError("a byte string that cannot be read", e);
    }
    byte[] array = grab.array;
    return array != null ? array : bytes.toByteArray();
  }

  private static final class Grab extends ByteOutput {
    private final int size;
    private byte @Nullable [] array;

    Grab(int size) {
      this.size = size;
    }

    private void take(byte[] value, int length) {
      if (length == size && value.length == size) {
        array = value;
      }
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      take(value, length);
    }

    @Override
    public void write(byte value) {}

    @Override
    public void write(byte[] value, int offset, int length) {}

    @Override
    public void write(ByteBuffer value) {}

    @Override
    public void writeLazy(ByteBuffer value) {}
  }
}
