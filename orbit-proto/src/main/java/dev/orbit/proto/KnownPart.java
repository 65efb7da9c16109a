package dev.orbit.proto;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part that mostly has the same bytes as in the message before, such as who sent it, so that it
 * need not be read again. Not thread-safe.
 */
final class KnownPart<T> {
  private byte[] bytes = {};
  private @Nullable T value;

  /** The value if what comes next, from its length on, has the bytes that are known; else null. */
  @Nullable T next(FrameInput input) throws IOException {
    byte[] array = input.array();
    int before = input.position();
    // Longer ones, whose length takes more bytes, are read in full.
    if (value == null
        || array == null
        || before >= array.length
        || array[before] != bytes.length
        || bytes.length >= array.length - before) {
      return null;
    }
    int from = before + 1;
    if (!Arrays.equals(bytes, 0, bytes.length, array, from, from + bytes.length)) {
      return null;
    }
    CodedInputStream in = input.in();
    in.skipRawBytes(1 + bytes.length);
    return value;
  }

  /** From now on these bytes have that value. */
  void learn(byte[] from, T read) {
    bytes = from;
    value = read;
  }
}
