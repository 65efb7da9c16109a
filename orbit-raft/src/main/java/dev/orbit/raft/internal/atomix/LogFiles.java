package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Environment;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings to disk what Atomix wrote to its log and snapshots. Used by one thread, but for {@link
 * #cut}.
 *
 * <p>Atomix writes to the segment with the highest number only, so that one is synced each time. A
 * segment that is new since the last time was begun after its predecessor was filled, so all from
 * the last newest on are synced, and the directory too. Segments are numbered without gaps: as long
 * as the next one is not begun, {@link #syncEntries} need not look at the directory, which takes
 * longer than the disk does. One that is synced often has the {@linkplain NextSegment next one made
 * ahead}.
 *
 * <p>Where the log was {@link #cut}, all that holds no longer: a segment that was filled before may
 * be written to again, and one that was made anew may have the name and the inode of one that is
 * gone. So everything is synced after that.
 */
final class LogFiles implements Closeable {
  /** What has the system write to the medium. */
  interface Medium {
    /** Opens a file that is there; throws {@link NoSuchFileException} if it is not. */
    OpenFile open(Path file) throws IOException;

    /** The names in a directory. */
    void directory(Path directory) throws IOException;
  }

  /** A file whose content can be brought to the medium. */
  interface OpenFile extends Closeable {
    void force() throws IOException;
  }

  private record Channel(FileChannel channel) implements OpenFile {
    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static final Medium DISK =
      new Medium() {
        @Override
        public OpenFile open(Path file) throws IOException {
          return new Channel(FileChannel.open(file, StandardOpenOption.WRITE));
        }

        @Override
        public void directory(Path directory) throws IOException {
          syncDirectory(directory);
        }
      };

  /** So many syncs of one segment, and the next one is made; a quiet log does without. */
  static final int SYNCS_BEFORE_NEXT = 64;

  private final Medium medium;
  private final NextSegment ahead;
  private final Path directory;
  private final String prefix;
  private final AtomicLong cuts = new AtomicLong();
  private Map<String, Object> known = new HashMap<>();
  private long newest;
  private long knownCuts;

  /** The newest segment; null where it has to be looked for. */
  private @Nullable OpenFile end;

  /** The one behind it, which is made and may be begun; null if it is not made. */
  private @Nullable FileChannel next;

  private int syncsOfNewest;

  /**
   * Those of one voter.
   *
   * @param segmentBytes how large Atomix makes a segment
   */
  LogFiles(Environment environment, Path directory, String prefix, int segmentBytes) {
    this(
        DISK,
        new NextSegment(environment.virtualThreads(), directory, segmentBytes),
        directory,
        prefix);
  }

  LogFiles(Medium medium, NextSegment ahead, Path directory, String prefix) {
    this.medium = medium;
    this.ahead = ahead;
    this.directory = directory;
    this.prefix = prefix;
  }

  /**
   * Entries were taken from the end of the log, or all of it was begun anew. To be called after
   * that, and before anything that was written since is to be on disk. Thread-safe.
   */
  void cut() {
    cuts.incrementAndGet();
  }

  /** {@link #sync() Everything}, or {@link #syncEntries every entry}. */
  void sync(boolean everything) throws IOException {
    if (everything) {
      sync();
    } else {
      syncEntries();
    }
  }

  /** When it returns, every entry that was written before the call is on disk. */
  void syncEntries() throws IOException {
    OpenFile newestSegment = end;
    if (newestSegment == null || cuts.get() != knownCuts || nextIsBegun()) {
      sync();
      return;
    }
    newestSegment.force();
    if (++syncsOfNewest == SYNCS_BEFORE_NEXT && next == null) {
      ahead.make(segmentName(newest + 1));
    }
  }

  private boolean nextIsBegun() throws IOException {
    if (next == null) {
      Path file = directory.resolve(segmentName(newest + 1));
      if (!exists(file)) {
        return false;
      }
      try {
        next = FileChannel.open(file, StandardOpenOption.READ);
      } catch (NoSuchFileException e) {
        // Begun, and cut off again meanwhile.
        return true;
      }
    }
    return LogScan.hasHead(next);
  }

  /** Without an exception where it does not, which is nearly always. */
  private static boolean exists(Path file) throws IOException {
    return file.getFileSystem().provider().readAttributesIfExists(file, BasicFileAttributes.class)
        != null;
  }

  /** When it returns, everything that was written before the call is on disk. */
  void sync() throws IOException {
    // Looked at first: of a cut that comes while this runs, the next will know.
    long cutsBefore = cuts.get();
    if (cutsBefore != knownCuts) {
      known.clear();
      newest = 0;
    }
    closeFiles();
    Map<String, Object> present = new HashMap<>();
    long last = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "-*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        Object key = identity(file);
        if (key != null) {
          present.put(name, key);
          if (segment(name) > last && isBegun(file)) {
            last = segment(name);
          }
        }
      }
    }
    OpenFile kept = null;
    for (Map.Entry<String, Object> file : present.entrySet()) {
      long number = segment(file.getKey());
      boolean madeAhead = number > last;
      boolean written = number > 0 && number >= newest;
      if (madeAhead) {
        // It was on disk before it had this name.
        continue;
      }
      if (number > 0 && number == last) {
        kept = syncNewest(file.getKey());
      } else if (written || !file.getValue().equals(known.get(file.getKey()))) {
        syncFile(file.getKey());
      }
    }
    if (!present.equals(known)) {
      medium.directory(directory);
    }
    known = present;
    if (last != newest) {
      syncsOfNewest = 0;
    }
    newest = last;
    end = kept;
    knownCuts = cutsBefore;
  }

  private static boolean isBegun(Path segment) throws IOException {
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
      return LogScan.hasHead(channel);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static @Nullable Object identity(Path path) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      Object key = attributes.fileKey();
      Object file = key == null ? attributes.creationTime() : key;
      // Neither size nor time need tell when a snapshot is marked as complete; it is the last that
      // is written of it.
      return path.toString().endsWith(".snapshot") ? List.of(file, LogScan.isComplete(path)) : file;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private long segment(String name) {
    String numbered = name.substring(prefix.length() + 1);
    if (!numbered.endsWith(".log")) {
      return 0;
    }
    return Long.parseLong(numbered.substring(0, numbered.length() - ".log".length()));
  }

  private void syncFile(String name) throws IOException {
    try (OpenFile file = medium.open(directory.resolve(name))) {
      file.force();
    } catch (NoSuchFileException e) {
      // Compacted away between the listing and now: nothing of it is needed any more.
      known.remove(name);
    }
  }

  /** It stays open; null if it is gone, because all of the log was begun anew. */
  private @Nullable OpenFile syncNewest(String name) throws IOException {
    OpenFile file;
    try {
      file = medium.open(directory.resolve(name));
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      file.force();
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    ahead.close();
    closeFiles();
  }

  private void closeFiles() throws IOException {
    OpenFile newestSegment = end;
    FileChannel behind = next;
    end = null;
    next = null;
    if (behind != null) {
      behind.close();
    }
    if (newestSegment != null) {
      newestSegment.close();
    }
  }

  private String segmentName(long number) {
    return prefix + "-" + number + ".log";
  }

  static void syncDirectory(@Nullable Path directory) throws IOException {
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
