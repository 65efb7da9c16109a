package dev.orbit.raft.internal.atomix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file that is replaced as a whole: after a crash it holds the old or the new content, and
 * damage is noticed. Not thread-safe.
 */
final class StateFile {
  /** The file is there, and not what was written. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
      super(message);
    }
  }

  private static final int MAGIC = 0x4f524246;
  private static final int HEADER = 12;

  private final Path path;

  StateFile(Path path) {
    this.path = path;
  }

  /**
   * The content; empty if it was never written.
   *
   * @throws IOException if it cannot be read or is damaged
   */
  Optional<byte[]> read() throws IOException {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (bytes.remaining() < HEADER || bytes.getInt() != MAGIC) {
      throw new DamagedException(path + " is damaged: it does not begin as it should");
    }
    int length = bytes.getInt();
    int checksum = bytes.getInt();
    if (length != bytes.remaining()) {
      throw new DamagedException(
          "%s is damaged: %d bytes instead of %d".formatted(path, bytes.remaining(), length));
    }
    byte[] content = new byte[length];
    bytes.get(content);
    if (checksum != checksum(content)) {
      throw new DamagedException(path + " is damaged: its checksum is wrong");
    }
    return Optional.of(content);
  }

  /** Replaces the content; it is on disk when this returns. */
  void write(byte[] content) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".new");
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + content.length);
    bytes.putInt(MAGIC).putInt(content.length).putInt(checksum(content)).put(content).flip();
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    LogFiles.syncDirectory(path.toAbsolutePath().getParent());
  }

  private static int checksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
