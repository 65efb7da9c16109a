package dev.orbit.proto;

/**
 * Encoded arguments or an encoded result. The bytes are shared, not copied: nobody changes them.
 *
 * @param codec the id of the codec that wrote them, 1 to 255
 * @param bytes what it wrote
 */
public record Payload(int codec, byte[] bytes) {
  public Payload {
    if (codec < 1 || codec > 255) {
      throw new IllegalArgumentException(
          "payload codec %d is not within 1 to 255".formatted(codec));
    }
  }

  @Override
  public String toString() {
    return "Payload[codec=" + codec + ", " + bytes.length + " bytes]";
  }
}
