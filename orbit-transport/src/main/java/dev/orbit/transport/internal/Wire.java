package dev.orbit.transport.internal;

/**
 * The sending side of a stream, as an {@link Outbox} sees it. Written to by one thread at a time.
 */
interface Wire {
  /** Whether what is written now goes out without piling up. */
  boolean isReady();

  /** Whether the other end takes several messages as one. */
  boolean takesBatches();

  /** The largest message that the other end takes, in bytes. */
  int maxMessageBytes();

  /**
   * Hands a frame to the stream, which has its bytes when this returns. A stream that fails at it
   * is closed, or will be; that is not told here.
   *
   * @return false if nothing of the frame was taken, so that its messages surely were not sent
   */
  boolean write(OutFrame frame);
}
