package dev.orbit.proto;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of names that are sent again and again, such as those of actor types and methods. Holds
 * as many as it has places; a name takes the place of another. Thread-safe: a lost race costs one
 * encoding.
 */
final class NameBytes {
  private static final int PLACES = 512;

  private record Known(String name, byte[] bytes) {}

  private final @Nullable Known[] places = new @Nullable Known[PLACES];

  /** The bytes, which nobody may change; {@code field} is named if the name cannot be encoded. */
  byte[] of(String field, String name) {
    int place = name.hashCode() & (PLACES - 1);
    Known known = places[place];
    if (known != null && known.name.equals(name)) {
      return known.bytes;
    }
    byte[] bytes = encode(field, name);
    places[place] = new Known(name, bytes);
    return bytes;
  }

  /** The bytes of a name that is not worth a place. */
  static byte[] encode(String field, String name) {
    return Fields.wellFormed(field, name).getBytes(StandardCharsets.UTF_8);
  }
}
