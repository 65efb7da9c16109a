package dev.orbit.transport.internal.compression;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** RFC 1952, by the JDK. */
final class GzipFrames implements FrameCodec {
  private static final int SLACK = 64;

  /** Header, trailer, and what zlib adds to blocks that do not shrink. */
  private static final int AROUND = 64;

  private static final int PER_BLOCK = 1000;

  private final int level;

  GzipFrames(int level) {
    this.level = level;
  }

  /** 258 bytes for two bits. */
  @Override
  public long mostInflated(int bytes) {
    return 1032L * bytes + SLACK;
  }

  @Override
  public int most(int bytes) {
    return bytes + bytes / PER_BLOCK + AROUND;
  }

  @Override
  public int deflate(byte[] from, int length, byte[] to) throws IOException {
    ArrayOutput bytes = new ArrayOutput(to);
    try (GZIPOutputStream gzip = new Leveled(bytes, level)) {
      gzip.write(from, 0, length);
    }
    return bytes.length();
  }

  @Override
  public void inflate(byte[] from, int offset, int length, byte[] to, int size) throws IOException {
    try (GZIPInputStream gzip =
        new GZIPInputStream(new ByteArrayInputStream(from, offset, length))) {
      int read = gzip.readNBytes(to, 0, size);
      if (read < size || gzip.read() >= 0) {
        throw new IOException("does not make the %d bytes that it promises".formatted(size));
      }
    }
  }

  private static final class Leveled extends GZIPOutputStream {
    Leveled(OutputStream out, int level) throws IOException {
      super(out);
      def.setLevel(level);
    }
  }
}
