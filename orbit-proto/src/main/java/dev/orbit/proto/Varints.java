package dev.orbit.proto;

/** Whole numbers as protobuf writes them, seven bits a byte. Pure. */
public final class Varints {
  /** The most bytes that one takes. */
  public static final int MAX_BYTES = 10;

  private Varints() {}

  /** How many bytes the number takes, 1 to {@value #MAX_BYTES}. */
  public static int size(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  /**
   * Writes the number from {@code position} on.
   *
   * @return the position after it
   * @throws ArrayIndexOutOfBoundsException if there is no room
   */
  public static int put(byte[] to, int position, long value) {
    int at = position;
    long left = value;
    while ((left & ~0x7FL) != 0) {
      to[at] = (byte) ((left & 0x7F) | 0x80);
      at++;
      left >>>= 7;
    }
    to[at] = (byte) left;
    return at + 1;
  }
}
