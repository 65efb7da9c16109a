package dev.orbit.raft.internal.atomix;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Reads the log and the snapshots as they lie on disk, before Atomix does: where it finds damage it
 * deletes all that follows.
 *
 * <p>A scan changes nothing. What a crash left is taken away by {@link #heal}, which is for a voter
 * that may start: of one that may not, all is evidence.
 *
 * @param firstIndex of the first entry that there is room for
 * @param lastIndex of the last sound entry; {@code firstIndex - 1} if there is none
 * @param snapshotIndex of the newest complete snapshot; 0 for none
 * @param lastEntry the bytes of the last sound entry
 * @param damage what makes the log unusable, if anything
 * @param remains what a crash left
 */
record LogScan(
    long firstIndex,
    long lastIndex,
    long snapshotIndex,
    Optional<byte[]> lastEntry,
    Optional<String> damage,
    Remains remains) {
  /** Layout of a segment's head: version, number, first index. */
  private static final int HEADER_BYTES = 64;

  private static final int INDEX_POSITION = 12;

  /** Layout of a snapshot's head: index, time, version, whether it is complete. */
  private static final int SNAPSHOT_LOCKED_POSITION = 20;

  /** Stands for the index of a snapshot that is not complete. */
  private static final long UNFINISHED = -1;

  /** Stands for the first index of a file without a head. */
  private static final long UNBEGUN = -1;

  /**
   * What a crash leaves.
   *
   * @param unfinished snapshots that are not complete, for which nothing was taken from the log,
   *     segments that were {@linkplain NextSegment made ahead}, and one whose head never reached
   *     the disk: it holds nothing that was acknowledged, since a sync covers both
   * @param last the segment behind whose sound entries nothing may lie. A write that was torn in
   *     two, or whose later part reached the disk before its earlier, leaves entries there that
   *     would come back to life when new ones happen to end exactly where they begin
   * @param end where those end
   */
  record Remains(List<Path> unfinished, Optional<Path> last, long end) {
    Remains {
      unfinished = List.copyOf(unfinished);
    }
  }

  /**
   * A segment.
   *
   * @param end where its sound entries end; of one that has no head, where all is zero from
   */
  private record Segment(Path file, long first, long last, long end, Optional<byte[]> lastEntry) {
    boolean isBegun() {
      return first != UNBEGUN;
    }

    long number() {
      String name = file.getFileName().toString();
      return Long.parseLong(name.substring(name.lastIndexOf('-') + 1, name.length() - 4));
    }
  }

  /** Whether there is neither an entry nor a snapshot. */
  boolean isEmpty() {
    return lastIndex < firstIndex && snapshotIndex == 0 && damage.isEmpty();
  }

  /** Scans a directory; one that does not exist is empty. */
  static LogScan of(Path directory, String prefix, int maxEntryBytes) throws IOException {
    List<Segment> segments = new ArrayList<>();
    List<Path> unfinished = new ArrayList<>();
    long snapshot = 0;
    Optional<Path> newest = Optional.empty();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "-*")) {
        for (Path file : files) {
          if (file.toString().endsWith(".log")) {
            segments.add(scan(file, maxEntryBytes));
          } else if (file.toString().endsWith(".snapshot")) {
            long index = snapshotIndex(file);
            if (index == UNFINISHED) {
              unfinished.add(file);
            } else if (index > snapshot) {
              snapshot = index;
              newest = Optional.of(file);
            }
          }
        }
      }
    }
    Optional<String> unreadable = newest.isEmpty() ? Optional.empty() : damage(newest.get());
    unfinished.addAll(takeUnbegun(segments));
    segments.sort(Comparator.comparingLong(Segment::first));
    if (segments.isEmpty()) {
      return new LogScan(
          1,
          0,
          snapshot,
          Optional.empty(),
          unreadable,
          new Remains(unfinished, Optional.empty(), 0));
    }
    long reach = snapshot;
    Segment last = segments.getLast();
    return new LogScan(
        segments.getFirst().first(),
        last.last(),
        snapshot,
        lastEntry(segments),
        unreadable.or(() -> gap(segments, reach)),
        new Remains(unfinished, Optional.of(last.file()), last.end()));
  }

  /**
   * Those without a head behind all others: the last that was made, and what was made ahead and
   * holds nothing.
   */
  private static List<Path> takeUnbegun(List<Segment> segments) {
    long begun =
        segments.stream().filter(Segment::isBegun).mapToLong(Segment::number).max().orElse(0);
    long made = segments.stream().mapToLong(Segment::number).max().orElse(0);
    List<Segment> unbegun =
        segments.stream()
            .filter(segment -> segment.number() > begun)
            .filter(segment -> segment.number() == made || segment.end() == 0)
            .toList();
    segments.removeAll(unbegun);
    return unbegun.stream().map(Segment::file).toList();
  }

  /**
   * Takes away what a crash left. To be called before Atomix opens the log, by a voter that has
   * passed every check.
   *
   * @throws IllegalStateException if the log is damaged
   */
  void heal() throws IOException {
    if (damage.isPresent()) {
      throw new IllegalStateException("a damaged log is not healed: " + damage.get());
    }
    for (Path file : remains.unfinished()) {
      Files.deleteIfExists(file);
    }
    if (remains.last().isPresent()) {
      wipe(remains.last().get(), remains.end());
    }
  }

  private static Optional<byte[]> lastEntry(List<Segment> segments) {
    for (Segment segment : segments.reversed()) {
      if (segment.lastEntry().isPresent()) {
        return segment.lastEntry();
      }
    }
    return Optional.empty();
  }

  private static Optional<String> gap(List<Segment> segments, long snapshot) {
    long first = segments.getFirst().first();
    if (first == UNBEGUN) {
      return Optional.of(segments.getFirst().file().getFileName() + " has no head");
    }
    if (first > snapshot + 1) {
      return Optional.of(
          "the log begins at entry %d and the newest snapshot ends at %d"
              .formatted(first, snapshot));
    }
    for (int i = 1; i < segments.size(); i++) {
      Segment before = segments.get(i - 1);
      Segment after = segments.get(i);
      if (before.last() + 1 != after.first()) {
        return Optional.of(
            "%s is sound up to entry %d only, and the next file begins at %d"
                .formatted(before.file().getFileName(), before.last(), after.first()));
      }
    }
    return Optional.empty();
  }

  private static Segment scan(Path file, int maxEntryBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = head(channel);
      if (!isBegun(head)) {
        return new Segment(file, UNBEGUN, UNBEGUN, content(read(channel, 0)), Optional.empty());
      }
      long first = head.getLong(INDEX_POSITION);
      return entries(file, first, read(channel, HEADER_BYTES), maxEntryBytes);
    }
  }

  /** Whether Atomix has begun the segment: it writes the head before anything else. */
  static boolean hasHead(FileChannel segment) throws IOException {
    return isBegun(head(segment));
  }

  private static ByteBuffer head(FileChannel segment) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEADER_BYTES);
    segment.read(head, 0);
    return head;
  }

  private static boolean isBegun(ByteBuffer head) {
    return head.position() == HEADER_BYTES && head.getInt(0) != 0;
  }

  private static ByteBuffer read(FileChannel channel, long from) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, channel.size() - from));
    long position = from;
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, position);
      if (read < 0) {
        break;
      }
      position += read;
    }
    return bytes.flip();
  }

  /** How much of it is left without the zeros at its end. */
  private static int content(ByteBuffer bytes) {
    int end = bytes.limit();
    while (end > 0 && bytes.get(end - 1) == 0) {
      end--;
    }
    return end;
  }

  private static Segment entries(Path file, long first, ByteBuffer bytes, int maxEntryBytes) {
    long last = first - 1;
    byte[] lastEntry = null;
    while (bytes.remaining() >= 8) {
      int start = bytes.position();
      int length = bytes.getInt();
      int checksum = bytes.getInt();
      if (length <= 0 || length > maxEntryBytes || length > bytes.remaining()) {
        bytes.position(start);
        break;
      }
      byte[] entry = new byte[length];
      bytes.get(entry);
      CRC32 crc = new CRC32();
      crc.update(entry);
      if ((int) crc.getValue() != checksum) {
        bytes.position(start);
        break;
      }
      last++;
      lastEntry = entry;
    }
    return new Segment(
        file, first, last, HEADER_BYTES + bytes.position(), Optional.ofNullable(lastEntry));
  }

  private static void wipe(Path segment, long end) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      byte[] tail = new byte[(int) Math.max(0, file.length() - end)];
      file.seek(end);
      file.readFully(tail);
      boolean clean = true;
      for (byte b : tail) {
        clean &= b == 0;
      }
      if (!clean) {
        file.seek(end);
        file.write(new byte[tail.length]);
        file.getFD().sync();
      }
    }
  }

  private static Optional<String> damage(Path snapshot) throws IOException {
    return MachineHost.damage(Files.readAllBytes(snapshot))
        .map(what -> "%s: %s".formatted(snapshot.getFileName(), what));
  }

  /** Whether the file is of a snapshot to which nothing more will be written. */
  static boolean isComplete(Path snapshot) throws IOException {
    return snapshotIndex(snapshot) != UNFINISHED;
  }

  private static long snapshotIndex(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = ByteBuffer.allocate(SNAPSHOT_LOCKED_POSITION + 1);
      if (channel.read(head, 0) < head.capacity()) {
        return UNFINISHED;
      }
      return head.get(SNAPSHOT_LOCKED_POSITION) == 1 ? head.getLong(0) : UNFINISHED;
    }
  }
}
