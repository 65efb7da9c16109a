package dev.orbit.api.address;

import java.util.Objects;

/** The part of an actor's identity that is unique within its type. */
public sealed interface Key {
  /** The key of the one actor of a type without keys. */
  Key NONE = new NoKey();

  /** The longest string key, in UTF-16 characters. */
  int MAX_STRING_LENGTH = 1024;

  /** A key that is a string of at most {@value #MAX_STRING_LENGTH} characters; it may be empty. */
  record StringKey(String value) implements Key {
    public StringKey {
      Objects.requireNonNull(value, "value");
      if (value.length() > MAX_STRING_LENGTH) {
        throw new IllegalArgumentException(
            "key has %d characters; the most is %d".formatted(value.length(), MAX_STRING_LENGTH));
      }
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** A key that is a 32-bit integer. */
  record Int32Key(int value) implements Key {
    @Override
    public String toString() {
      return Integer.toString(value);
    }
  }

  /** A key that is a 64-bit integer. */
  record Int64Key(long value) implements Key {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** The key of a type of which there is one actor. */
  record NoKey() implements Key {
    @Override
    public String toString() {
      return "-";
    }
  }

  static Key of(String value) {
    return new StringKey(value);
  }

  static Key of(int value) {
    return new Int32Key(value);
  }

  static Key of(long value) {
    return new Int64Key(value);
  }
}
