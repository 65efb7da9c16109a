package dev.orbit.runtime.state;

import dev.orbit.api.address.Key;

/**
 * A key as a column of text. What databases cannot keep or would change, a NUL and half a surrogate
 * pair, is escaped by a backslash, so that different keys never become one row.
 */
record KeyText(int kind, String text) {
  static KeyText of(Key key) {
    return switch (key) {
      case Key.StringKey(String value) -> new KeyText(1, escape(value));
      case Key.Int32Key(int value) -> new KeyText(2, Integer.toString(value));
      case Key.Int64Key(long value) -> new KeyText(3, Long.toString(value));
      case Key.NoKey() -> new KeyText(4, "");
    };
  }

  Key toKey() {
    return switch (kind) {
      case 1 -> Key.of(unescape(text));
      case 2 -> Key.of(Integer.parseInt(text));
      case 3 -> Key.of(Long.parseLong(text));
      case 4 -> Key.NONE;
      default -> throw new IllegalStateException("a key of kind " + kind);
    };
  }

  private static String unescape(String value) {
    StringBuilder out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\') {
        out.append((char) Integer.parseInt(value, i + 2, i + 6, 16));
        i += 5;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String escape(String value) {
    StringBuilder out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        out.append(c).append(value.charAt(++i));
      } else if (c == 0 || c == '\\' || Character.isSurrogate(c)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
