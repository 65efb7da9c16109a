package dev.orbit.client.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Type;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON of values that are one token and look the same on both sides of it: texts of ASCII with
 * nothing to escape, whole numbers, booleans. Most arguments and results are such, and setting up a
 * general reader or writer costs more than they do.
 *
 * <p>Writes what Jackson writes, to the byte, and reads a part of what Jackson reads, to the same
 * values. Whatever is out of the ordinary (a blank, an escape, a null, a number out of range, a
 * mistake) is left to Jackson from the first byte on, so that there is one place which says what is
 * allowed.
 */
final class PlainJson {
  /** From here on setting up costs less than the text. */
  static final int MOST_CHARS = 4_096;

  /** What {@link #next} gives for a value that is not plain. */
  static final Object NOT_PLAIN = new Object();

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGHEST = 0x8080808080808080L;

  // With fewer digits every number is in range.
  private static final int INT_DIGITS = 9;
  private static final int LONG_DIGITS = 18;

  /** How the values of a type look. */
  enum Form {
    TEXT,
    INT,
    LONG,
    BOOLEAN,
    /** Not plain. */
    OTHER;

    private static final Map<Type, Form> PLAIN =
        Map.of(
            String.class, TEXT,
            int.class, INT,
            Integer.class, INT,
            long.class, LONG,
            Long.class, LONG,
            boolean.class, BOOLEAN,
            Boolean.class, BOOLEAN);

    static Form of(Type type) {
      return PLAIN.getOrDefault(type, OTHER);
    }
  }

  private final byte[] bytes;
  private int at;

  /** Reads that text. */
  PlainJson(byte[] bytes) {
    this.bytes = bytes;
  }

  /** How many bytes a value takes, if it turns out to be plain; -1 if it surely is not. */
  static int size(Form form, @Nullable Object value) {
    return switch (value) {
      case String text when form == Form.TEXT && text.length() <= MOST_CHARS -> text.length() + 2;
      case Integer number when form == Form.INT -> digits(number);
      case Long number when form == Form.LONG -> digits(number);
      case Boolean truth when form == Form.BOOLEAN -> truth ? 4 : 5;
      case null, default -> -1;
    };
  }

  private static int digits(long number) {
    int size = number < 0 ? 2 : 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      size++;
    }
    return size;
  }

  /** Writes a value, of which {@link #size} said what it takes; false if it is not plain. */
  static boolean write(@Nullable Object value, byte[] out, int from, int size) {
    switch (value) {
      case String text -> {
        return write(text, out, from);
      }
      case Number number -> write(number.longValue(), out, from, size);
      case null, default -> write(Boolean.TRUE.equals(value) ? "true" : "false", out, from, size);
    }
    return true;
  }

  private static boolean write(String text, byte[] out, int from) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length != text.length() || !isPlain(utf8)) {
      return false;
    }
    out[from] = '"';
    System.arraycopy(utf8, 0, out, from + 1, utf8.length);
    out[from + 1 + utf8.length] = '"';
    return true;
  }

  /** Whether all is ASCII that nobody escapes, and no mark that stands for half a pair. */
  private static boolean isPlain(byte[] utf8) {
    int at = 0;
    for (; at <= utf8.length - Long.BYTES; at += Long.BYTES) {
      long eight = (long) EIGHT.get(utf8, at);
      // Of each byte the highest bit, where it is no plain one: below a blank, above ASCII, equal.
      long odd =
          eight
              | (eight - 0x20 * EACH)
              | none(eight ^ '"' * EACH)
              | none(eight ^ '\\' * EACH)
              | none(eight ^ '?' * EACH);
      if ((odd & HIGHEST) != 0) {
        return false;
      }
    }
    for (; at < utf8.length; at++) {
      byte one = utf8[at];
      if (one < ' ' || one == '"' || one == '\\' || one == '?') {
        return false;
      }
    }
    return true;
  }

  /** The highest bit of some byte is set if one is 0; of bytes below 0x80. */
  private static long none(long eight) {
    return eight - EACH;
  }

  private static void write(long number, byte[] out, int from, int size) {
    long rest = number;
    for (int i = from + size - 1; i >= from && (rest != 0 || i == from + size - 1); i--) {
      out[i] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    }
    if (number < 0) {
      out[from] = '-';
    }
  }

  private static void write(String word, byte[] out, int from, int size) {
    for (int i = 0; i < size; i++) {
      out[from + i] = (byte) word.charAt(i);
    }
  }

  /** Passes over one byte; false if another is there. */
  boolean skip(char expected) {
    boolean isThere = at < bytes.length && bytes[at] == expected;
    at += isThere ? 1 : 0;
    return isThere;
  }

  /** Whether all was read. */
  boolean isAtEnd() {
    return at == bytes.length;
  }

  /**
   * Reads a value. What follows it is not looked at: behind {@code 12} there may be {@code .5}, for
   * which whoever reads on finds no comma and no end.
   */
  @Nullable Object next(Form form) {
    return switch (form) {
      case TEXT -> text();
      case INT -> number(INT_DIGITS) instanceof Long number ? number.intValue() : NOT_PLAIN;
      case LONG -> number(LONG_DIGITS);
      case BOOLEAN -> word("true") ? true : word("false") ? false : NOT_PLAIN;
      case OTHER -> NOT_PLAIN;
    };
  }

  private Object text() {
    if (!skip('"')) {
      return NOT_PLAIN;
    }
    int from = at;
    // Bytes of characters beyond ASCII are negative.
    for (int i = from; i < bytes.length && bytes[i] >= ' ' && bytes[i] != '\\'; i++) {
      if (bytes[i] == '"') {
        at = i + 1;
        return new String(bytes, from, i - from, StandardCharsets.ISO_8859_1);
      }
    }
    return NOT_PLAIN;
  }

  private Object number(int mostDigits) {
    boolean isNegative = skip('-');
    int from = at;
    long number = 0;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && at - from <= mostDigits) {
      number = 10 * number + bytes[at++] - '0';
    }
    int count = at - from;
    boolean isOdd = bytes.length > from && bytes[from] == '0' && (count > 1 || isNegative);
    return count == 0 || count > mostDigits || isOdd ? NOT_PLAIN : isNegative ? -number : number;
  }

  private boolean word(String word) {
    if (bytes.length - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }
}
