package dev.orbit.transport.internal.compression;

import java.io.IOException;

/** One way to compress a frame as a whole. Not thread-safe. */
public interface FrameCodec extends AutoCloseable {
  /** How many bytes a frame of that size may take at most. */
  int most(int bytes);

  /**
   * Compresses.
   *
   * @param to has room for {@link #most}
   * @return how many bytes it takes
   */
  int deflate(byte[] from, int length, byte[] to) throws IOException;

  /** How many bytes so many compressed ones can make at most: who promises more lies. */
  long mostInflated(int bytes);

  /**
   * Fills the first {@code size} bytes of {@code to}.
   *
   * @throws IOException if the bytes are damaged, or make more or fewer than {@code size}
   */
  void inflate(byte[] from, int offset, int length, byte[] to, int size) throws IOException;

  @Override
  default void close() {}
}
