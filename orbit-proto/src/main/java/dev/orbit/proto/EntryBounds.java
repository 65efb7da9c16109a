package dev.orbit.proto;

import java.util.Map;

/**
 * How much a map of texts may hold.
 *
 * @param field its path
 * @param mostEntries how many entries
 * @param mostLength how many characters, names and values together
 */
record EntryBounds(String field, int mostEntries, int mostLength) {
  /** The map, if it is within the bounds and its names can be encoded. */
  Map<String, String> checked(Map<String, String> map) {
    long length = 0;
    for (Map.Entry<String, String> entry : map.entrySet()) {
      Fields.wellFormed(field, entry.getKey());
      length += entry.getKey().length() + entry.getValue().length();
    }
    check(map.size(), length);
    return map;
  }

  /** Refuses a map of so many entries and characters, if that is too many. */
  void check(int entries, long length) {
    if (entries > mostEntries) {
      throw Fields.violation(
          field, "has %d entries; the most is %d".formatted(entries, mostEntries));
    }
    if (length > mostLength) {
      throw Fields.violation(
          field, "has %d characters; the most is %d".formatted(length, mostLength));
    }
  }
}
