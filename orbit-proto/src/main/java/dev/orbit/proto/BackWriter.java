package dev.orbit.proto;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;

/**
 * Writes protobuf from the end to the beginning: what a message holds is written before the length
 * that stands in front of it, so that no size is computed beforehand and nothing is copied. Grows
 * as needed. Not thread-safe.
 */
final class BackWriter {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;

  /** About as long as an array can be. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

  private byte[] buffer;
  private int start;

  BackWriter(int expectedBytes) {
    buffer = new byte[expectedBytes];
    start = expectedBytes;
  }

  /** Where it is; the length of what is written between two marks is their difference. */
  int mark() {
    return buffer.length - start;
  }

  Envelope envelope() {
    return new Envelope(buffer, start, buffer.length - start);
  }

  private void room(int bytes) {
    if (bytes > start) {
      int used = buffer.length - start;
      long least = (long) used + bytes;
      if (least > MOST_BYTES) {
        throw Fields.violation(
            "envelope", "has %d bytes; the most is %d".formatted(least, MOST_BYTES));
      }
      byte[] larger = new byte[(int) Math.max(least, Math.min(2L * buffer.length, MOST_BYTES))];
      System.arraycopy(buffer, start, larger, larger.length - used, used);
      start = larger.length - used;
      buffer = larger;
    }
  }

  void bytes(byte[] value) {
    room(value.length);
    start -= value.length;
    System.arraycopy(value, 0, buffer, start, value.length);
  }

  /** Writes what a protobuf value holds, in its place. */
  void message(MessageLite value) {
    int size = value.getSerializedSize();
    room(size);
    start -= size;
    try {
      value.writeTo(CodedOutputStream.newInstance(buffer, start, size));
    } catch (IOException e) {
      throw new AssertionError("a protobuf value of another size than it says", e);
    }
  }

  void varint(long value) {
    if (value >= 0 && value < 0x80) {
      room(1);
      start--;
      buffer[start] = (byte) value;
      return;
    }
    int size = Varints.size(value);
    room(size);
    start -= size;
    Varints.put(buffer, start, value);
  }

  void tag(int field, int type) {
    varint((long) field << 3 | type);
  }

  /** A field of whole numbers that is left out where it is 0. */
  void number(int field, long value) {
    if (value != 0) {
      varint(value);
      tag(field, VARINT);
    }
  }

  /** A field of eight bytes that is left out where it is 0. */
  void fixed64(int field, long value) {
    if (value != 0) {
      room(Long.BYTES);
      start -= Long.BYTES;
      for (int i = 0; i < Long.BYTES; i++) {
        buffer[start + i] = (byte) (value >>> (Byte.SIZE * i));
      }
      tag(field, FIXED64);
    }
  }

  /** A field of bytes that is written even if it is empty. */
  void field(int field, byte[] value) {
    bytes(value);
    varint(value.length);
    tag(field, BYTES);
  }

  /** Puts tag and length before what was written since {@code mark}. */
  void close(int field, int mark) {
    varint(mark() - (long) mark);
    tag(field, BYTES);
  }
}
