package dev.orbit.proto;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names that arrive again and again, such as those of actor types and methods, so that each is one
 * string. Holds as many as it has places; a name takes the place of another, so that a peer that
 * sends ever new ones gains nothing. Not thread-safe.
 */
final class KnownNames {
  private static final int PLACES = 512;
  private static final int LONGEST = 96;

  private record Known(byte[] bytes, String name) {}

  private final @Nullable Known[] places = new @Nullable Known[PLACES];

  /** Reads a name, from its length on. */
  String read(FrameInput input) throws IOException {
    CodedInputStream in = input.in();
    byte[] bytes = input.array();
    int before = input.position();
    if (bytes == null || before >= bytes.length) {
      return in.readStringRequireUtf8();
    }
    // The length is read here only to look ahead; the string is read from the same place below.
    int length = bytes[before] & 0xFF;
    int from = before + 1;
    if (length > LONGEST || length > bytes.length - from) {
      return in.readStringRequireUtf8();
    }
    int hash = length;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    Known known = places[place];
    if (known != null
        && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, from, from + length)) {
      in.skipRawBytes(length + 1);
      return known.name;
    }
    String name = in.readStringRequireUtf8();
    places[place] = new Known(Arrays.copyOfRange(bytes, from, from + length), name);
    return name;
  }
}
