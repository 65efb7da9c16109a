package dev.orbit.transport.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a frame whose length is not known beforehand, up to a limit. Protobuf's own limit
 * would not do: it takes a message that is cut off there for a whole one.
 */
final class BoundedInput extends FilterInputStream {
  /** There is more than is allowed. */
  static final class Exceeded extends IOException {
    private static final long serialVersionUID = 1L;

    Exceeded(long limit) {
      super("more than %d bytes".formatted(limit));
    }
  }

  private final long limit;
  private long count;

  BoundedInput(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      counted(1);
    }
    return value;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    int read = super.read(to, offset, length);
    counted(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    counted(skipped);
    return skipped;
  }

  private void counted(long bytes) throws Exceeded {
    count += bytes;
    if (count > limit) {
      throw new Exceeded(limit);
    }
  }
}
