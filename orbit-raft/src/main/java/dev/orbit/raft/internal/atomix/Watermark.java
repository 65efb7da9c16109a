package dev.orbit.raft.internal.atomix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * How far the log must reach when this voter starts the next time: the last entry that was both
 * committed and on disk here. An entry below can never have been taken back by a leader, so a log
 * that ends before it has been damaged.
 *
 * <p>Written in place into two slots by turns, so that a torn write leaves the other one. It is
 * brought to disk only now and then: after a crash of the machine it may be a little low, which
 * makes it miss a very recent loss and never report a false one. Thread-safe.
 */
final class Watermark implements AutoCloseable {
  private static final int SLOT = 512;
  private static final int BYTES = 16;

  private final FileChannel channel;
  private final long forceEveryNanos;
  private long value;
  private long forcedNanos;
  private boolean other;

  /** Opens or makes it. */
  Watermark(Path path, long nowNanos, long forceEveryNanos) throws IOException {
    this.forceEveryNanos = forceEveryNanos;
    this.forcedNanos = nowNanos;
    channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    value = Math.max(read(0), read(SLOT));
  }

  synchronized long value() {
    return value;
  }

  /** Raises it; a lower value changes nothing. */
  synchronized void raise(long index, long nowNanos) throws IOException {
    if (index <= value) {
      return;
    }
    value = index;
    other = !other;
    ByteBuffer slot = ByteBuffer.allocate(BYTES);
    slot.putLong(index).putLong(checksum(index)).flip();
    channel.write(slot, other ? SLOT : 0);
    if (nowNanos - forcedNanos >= forceEveryNanos) {
      channel.force(false);
      forcedNanos = nowNanos;
    }
  }

  private long read(long position) throws IOException {
    ByteBuffer slot = ByteBuffer.allocate(BYTES);
    if (channel.read(slot, position) < BYTES) {
      return 0;
    }
    slot.flip();
    long index = slot.getLong();
    return slot.getLong() == checksum(index) ? index : 0;
  }

  private static long checksum(long index) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(8).putLong(index).flip());
    return crc.getValue();
  }

  @Override
  public synchronized void close() throws IOException {
    if (channel.isOpen()) {
      channel.force(true);
      channel.close();
    }
  }
}
