package dev.orbit.transport.internal.compression;

import java.io.IOException;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** LZ4 blocks, in Java alone. */
final class Lz4Frames implements FrameCodec {
  private static final int SLACK = 64;

  private final LZ4Compressor deflater = LZ4Factory.safeInstance().fastCompressor();
  private final LZ4SafeDecompressor inflater = LZ4Factory.safeInstance().safeDecompressor();

  /** Each byte of a length stands for 255. */
  @Override
  public long mostInflated(int bytes) {
    return 255L * bytes + SLACK;
  }

  @Override
  public int most(int bytes) {
    return deflater.maxCompressedLength(bytes);
  }

  @Override
  public int deflate(byte[] from, int length, byte[] to) throws IOException {
    try {
      return deflater.compress(from, 0, length, to, 0, to.length);
    } catch (LZ4Exception e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void inflate(byte[] from, int offset, int length, byte[] to, int size) throws IOException {
    int made;
    try {
      made = inflater.decompress(from, offset, length, to, 0, size);
    } catch (LZ4Exception | ArrayIndexOutOfBoundsException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
    if (made != size) {
      throw new IOException("makes %d bytes and promises %d".formatted(made, size));
    }
  }
}
