package dev.orbit.proto;

import static dev.orbit.proto.FrameInput.BYTES;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a map of texts. Keeps no more than may be there and only counts the rest, so
 * that what is refused in the end has cost no memory. Not thread-safe.
 */
final class EntryReader {
  private static final int KEY = 1 << 3 | BYTES;
  private static final int VALUE = 2 << 3 | BYTES;

  private final FrameInput input;
  private final EntryBounds bounds;
  private @Nullable Map<String, String> map;
  private long length;
  private int left;

  EntryReader(FrameInput input, EntryBounds bounds) {
    this.input = input;
    this.bounds = bounds;
  }

  /** Forgets the message before. */
  void clear() {
    map = null;
    length = 0;
    left = 0;
  }

  /** Reads one entry from its length on. */
  void read() throws IOException {
    CodedInputStream in = input.in();
    int outer = input.enter();
    String key = "";
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEY -> key = input.name();
        case VALUE -> value = input.text();
        default -> input.skip(tag);
      }
    }
    input.leave(outer);
    Map<String, String> entries = map;
    if (entries == null) {
      entries = new HashMap<>();
      map = entries;
    }
    length += key.length() + value.length();
    if (left == 0 && entries.size() < bounds.mostEntries() && length <= bounds.mostLength()) {
      String before = entries.put(key, value);
      if (before != null) {
        length -= key.length() + before.length();
      }
    } else {
      left++;
    }
  }

  boolean isEmpty() {
    return map == null;
  }

  /** All that was read, if it is within the bounds. */
  Map<String, String> entries() {
    if (map == null) {
      return Map.of();
    }
    bounds.check(map.size() + left, length);
    return map;
  }
}
