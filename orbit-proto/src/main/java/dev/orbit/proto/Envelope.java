package dev.orbit.proto;

/**
 * The fields of a {@code MessageProto} that are known when it is queued: all but its id, the time
 * that is left, and the payload, which whoever writes it adds. Nobody changes the bytes.
 *
 * @param bytes where they are
 * @param offset where they begin
 * @param length how many they are
 */
public record Envelope(byte[] bytes, int offset, int length) {
  @Override
  public String toString() {
    return "Envelope[" + length + " bytes]";
  }
}
