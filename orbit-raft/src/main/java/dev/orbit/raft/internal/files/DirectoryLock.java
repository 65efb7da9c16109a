package dev.orbit.raft.internal.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a file, held against other processes and against the rest of this one. The system gives
 * it back when the process has ended, however it ended, and not before its last thread has.
 *
 * <p>Closing any channel on a file gives back the locks that this process has on it, so that a
 * second holder of this process must not even open the file. Thread-safe.
 */
public final class DirectoryLock implements AutoCloseable {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private DirectoryLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock {@code name} of a directory, which is made if there is none.
   *
   * @return empty if somebody else holds it
   */
  public static Optional<DirectoryLock> take(Path directory, String name) throws IOException {
    Path file = Files.createDirectories(directory).toRealPath().resolve(name);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        return Optional.of(new DirectoryLock(file, channel));
      }
    } catch (IOException | RuntimeException e) {
      giveBack(file, channel);
      throw e;
    }
    giveBack(file, channel);
    return Optional.empty();
  }

  private static void giveBack(Path file, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(file);
    }
  }

  /** Gives it back. Idempotent. */
  @Override
  public synchronized void close() throws IOException {
    if (channel.isOpen()) {
      giveBack(file, channel);
    }
  }
}
