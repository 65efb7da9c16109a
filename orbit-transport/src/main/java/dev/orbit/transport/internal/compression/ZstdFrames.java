package dev.orbit.transport.internal.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;

/** RFC 8878, by the reference library. */
final class ZstdFrames implements FrameCodec {
  private static final int MOST_BLOCK = 128 * 1024;
  private static final int LEAST_BLOCK = 4;

  private final ZstdCompressCtx deflater = new ZstdCompressCtx();
  private final ZstdDecompressCtx inflater = new ZstdDecompressCtx();

  ZstdFrames(int level) {
    deflater.setLevel(level);
  }

  /** A block of one repeated byte. */
  @Override
  public long mostInflated(int bytes) {
    return (long) MOST_BLOCK / LEAST_BLOCK * bytes + MOST_BLOCK;
  }

  @Override
  public int most(int bytes) {
    return (int) Math.min(Integer.MAX_VALUE - 16, Zstd.compressBound(bytes));
  }

  @Override
  public int deflate(byte[] from, int length, byte[] to) throws IOException {
    try {
      return deflater.compressByteArray(to, 0, to.length, from, 0, length);
    } catch (ZstdException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void inflate(byte[] from, int offset, int length, byte[] to, int size) throws IOException {
    int made;
    try {
      made = inflater.decompressByteArray(to, 0, size, from, offset, length);
    } catch (ZstdException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (made != size) {
      throw new IOException("makes %d bytes and promises %d".formatted(made, size));
    }
  }

  @Override
  public void close() {
    deflater.close();
    inflater.close();
  }
}
