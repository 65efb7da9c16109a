package dev.orbit.raft.internal.files;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last life that a node had in this directory, and the proof that it is over.
 *
 * <p>A node holds the directory's lock as long as it lives, and writes each of its lives down
 * before it makes use of it. Who holds the lock now and finds a life that was written down on this
 * same running system knows that its process is gone: the system gives the lock back no sooner. A
 * record of another system, or from before a restart of it, proves nothing, because a lock on a
 * disk that several machines share may not hold between them; nothing is proven either where the
 * system does not say which one it is. Thread-safe.
 */
public final class LifeRecord implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LifeRecord.class);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String LOCK = "life.lock";

  private final Path file;
  private final NodeId self;
  private final String system;
  private final DirectoryLock lock;
  private final Optional<MemberId> predecessor;

  private LifeRecord(Path file, NodeId self, String system, DirectoryLock lock) throws IOException {
    this.file = file;
    this.self = self;
    this.system = system;
    this.lock = lock;
    this.predecessor = read();
  }

  /**
   * Takes the directory for a node.
   *
   * @throws ConfigurationException if another node lives in it, or it cannot be used
   */
  public static LifeRecord open(Path directory, NodeId self) {
    return open(directory, self, runningSystem());
  }

  /** As {@link #open(Path, NodeId)} on the system of that name; empty for one without. */
  static LifeRecord open(Path directory, NodeId self, String system) {
    try {
      DirectoryLock lock =
          DirectoryLock.take(directory, LOCK)
              .orElseThrow(
                  () ->
                      new ConfigurationException(
                          ErrorCode.BAD_CONFIGURATION,
                          "another node runs on %s; give each node a data directory of its own"
                              .formatted(directory)));
      try {
        return new LifeRecord(directory.resolve("life"), self, system, lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "%s cannot be used: %s; name a directory that %s can write"
              .formatted(directory, e.getMessage(), self),
          e);
    }
  }

  private static String runningSystem() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      log.debug("no proof of ended lives here: {}", e.toString());
      return "";
    }
  }

  private Optional<MemberId> read() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    boolean isOurs =
        lines.size() == 4
            && !system.isEmpty()
            && lines.get(0).equals(system)
            && lines.get(1).equals(self.namespace())
            && lines.get(2).equals(self.key());
    try {
      return isOurs
          ? Optional.of(new MemberId(self, Long.parseLong(lines.get(3))))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      log.warn("file={} is damaged: an earlier life is waited for", file);
      return Optional.empty();
    }
  }

  /** A life of this node that is over for sure, though nobody may have said so. */
  public Optional<MemberId> predecessor() {
    return predecessor;
  }

  /** Writes a life down, before it is made use of. */
  public synchronized void begins(MemberId life) throws IOException {
    Path next = file.resolveSibling("life.new");
    Files.write(
        next,
        List.of(system, self.namespace(), self.key(), Long.toString(life.incarnation())),
        StandardCharsets.UTF_8);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Gives the directory back; to be called when nothing acts on the node's last life any more. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("directory={} lock not given back", file.getParent(), e);
    }
  }
}
