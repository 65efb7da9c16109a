package dev.orbit.proto;

/**
 * What a {@link MessageDecoder} has done with the bytes of payloads since it was made. Only grows.
 * Not thread-safe: it belongs to whoever decodes.
 */
public final class ReadBytes {
  long payloads;
  long straight;
  long stock;

  ReadBytes() {}

  /** Bytes of payloads, each copied into an array of the payload's size. */
  public long payloads() {
    return payloads;
  }

  /** Those of them that came from the stream into that array, past any other. */
  public long straight() {
    return straight;
  }

  /** Bytes that the stock parser has copied, and those that were copied for it. */
  public long stock() {
    return stock;
  }
}
