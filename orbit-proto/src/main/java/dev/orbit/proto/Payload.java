package dev.orbit.proto;

/**
 * Encoded arguments or an encoded result. The bytes are shared, not copied: nobody changes them.
 *
 * @param codec the id of the codec that wrote them, 1 to 255
 * @param bytes what it wrote
 * @param transfer as which transfer the bytes have come in parts, and stand elsewhere; 0 where they
 *     stand here
 */
public record Payload(int codec, byte[] bytes, long transfer) {
  private static final byte[] NOTHING = {};

  public Payload {
    if (codec < 1 || codec > 255) {
      throw new IllegalArgumentException(
          "payload codec %d is not within 1 to 255".formatted(codec));
    }
  }

  /** Bytes that stand here. */
  public Payload(int codec, byte[] bytes) {
    this(codec, bytes, 0);
  }

  /** Bytes that come in parts, by that transfer. */
  public static Payload elsewhere(int codec, long transfer) {
    return new Payload(codec, NOTHING, transfer);
  }

  @Override
  public String toString() {
    return "Payload[codec=" + codec + ", " + bytes.length + " bytes]";
  }
}
