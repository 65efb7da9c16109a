package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.entry.KeepAliveEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.snapshot.SnapshotStore;
import io.atomix.protocols.raft.storage.snapshot.SnapshotWriter;
import io.atomix.utils.time.WallClockTimestamp;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogScanTest {
  private static final int MAX_ENTRY = 16 << 10;

  @TempDir Path directory;

  private RaftLog open() {
    return storage().openLog();
  }

  private RaftStorage storage() {
    return RaftStorage.builder()
        .withPrefix("raft")
        .withDirectory(directory.toFile())
        .withNamespace(LogNamespace.create())
        .withMaxEntrySize(MAX_ENTRY)
        .withMaxSegmentSize(64 << 10)
        .build();
  }

  /** Entries of about 4 KiB each, so that sixteen fill a file. */
  private void write(int entries) {
    RaftLog log = open();
    append(log, entries);
    log.close();
  }

  private static void append(RaftLog log, int entries) {
    for (int i = 0; i < entries; i++) {
      log.writer().append(new KeepAliveEntry(3, i, new long[4000], new long[0], new long[0]));
    }
  }

  private LogScan scan() throws IOException {
    return LogScan.of(directory, "raft", MAX_ENTRY);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
    }
  }

  private static void damage(Path file, long position) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      int before = bytes.read();
      bytes.seek(position);
      bytes.write(before ^ 0xff);
    }
  }

  @Test
  void aDirectoryWithoutALogIsEmpty() throws Exception {
    assertThat(scan().isEmpty()).isTrue();
  }

  @Test
  void itFindsWhatAtomixWrote() throws Exception {
    write(40);

    LogScan scan = scan();

    assertThat(files()).hasSizeGreaterThan(1);
    assertThat(scan.firstIndex()).isEqualTo(1);
    assertThat(scan.lastIndex()).isEqualTo(40);
    assertThat(scan.damage()).isEmpty();
    RaftLogEntry last = LogNamespace.create().deserialize(scan.lastEntry().orElseThrow());
    assertThat(last.term()).isEqualTo(3);
  }

  @Test
  void damageInTheMiddleIsReportedAndNothingIsDeleted() throws Exception {
    write(40);
    List<Path> before = files();
    damage(before.getFirst(), 30_000);

    LogScan scan = scan();

    assertThat(scan.damage())
        .hasValueSatisfying(what -> assertThat(what).contains("is sound up to entry"));
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void withoutTheScanAtomixDropsWhatFollowsTheDamage() throws Exception {
    write(40);
    List<Path> before = files();
    damage(before.getFirst(), 30_000);

    RaftLog log = open();
    long last = log.writer().getLastIndex();
    log.close();

    assertThat(last).as("Atomix's hole").isLessThan(16);
    assertThat(files()).hasSizeLessThan(before.size());
  }

  @Test
  void aTornTailIsCutOffAndWiped() throws Exception {
    write(10);
    Path file = files().getFirst();
    long entry = entryBytes();
    damage(file, 64 + 8 * entry + 20);

    LogScan scan = scan();
    scan.heal();

    assertThat(scan.damage()).isEmpty();
    assertThat(scan.lastIndex()).isEqualTo(8);
    byte[] bytes = Files.readAllBytes(file);
    for (int i = (int) (64 + 8 * entry); i < bytes.length; i++) {
      assertThat(bytes[i]).isZero();
    }
  }

  /** Bytes of one entry in its file, with length and checksum. */
  private static long entryBytes() {
    KeepAliveEntry entry = new KeepAliveEntry(3, 0, new long[4000], new long[0], new long[0]);
    return 8L + LogNamespace.create().serialize(entry).length;
  }

  @Test
  void aFileWhoseHeadNeverReachedTheDiskIsTakenAway() throws Exception {
    write(5);
    Files.write(directory.resolve("raft-2.log"), new byte[64 << 10]);

    LogScan scan = scan();
    scan.heal();

    assertThat(scan.damage()).isEmpty();
    assertThat(scan.lastIndex()).isEqualTo(5);
    assertThat(files()).hasSize(1);
  }

  @Test
  void whatWasMadeAheadIsTakenAway() throws Exception {
    write(5);
    Files.write(directory.resolve("raft-2.log"), new byte[64 << 10]);
    Files.write(directory.resolve("raft-7.log"), new byte[64 << 10]);

    LogScan scan = scan();
    scan.heal();

    assertThat(scan.damage()).isEmpty();
    assertThat(scan.lastIndex()).isEqualTo(5);
    assertThat(files()).hasSize(1);
  }

  @Test
  void atomixWritesToWhatWasMadeAhead() throws Exception {
    RaftLog log = open();
    append(log, 10);
    new NextSegment(Runnable::run, directory, 64 << 10).make("raft-2.log");
    Object made = Files.getAttribute(directory.resolve("raft-2.log"), "unix:ino");
    append(log, 30);
    log.close();

    assertThat(scan().lastIndex()).isEqualTo(40);
    assertThat(files()).hasSize(3);
    assertThat(Files.getAttribute(directory.resolve("raft-2.log"), "unix:ino")).isEqualTo(made);
  }

  @Test
  void oneWithoutAHeadThatHoldsSomethingAndIsNotTheLastIsDamage() throws Exception {
    write(40);
    try (RandomAccessFile bytes = new RandomAccessFile(files().get(1).toFile(), "rw")) {
      bytes.write(new byte[64]);
    }
    try (RandomAccessFile bytes = new RandomAccessFile(files().get(2).toFile(), "rw")) {
      bytes.write(new byte[64]);
    }

    assertThat(scan().damage())
        .hasValueSatisfying(what -> assertThat(what).contains("has no head"));
  }

  private Path unfinishedSnapshot() {
    SnapshotStore snapshots = storage().openSnapshotStore();
    try (SnapshotWriter writer = snapshots.newSnapshot(3, new WallClockTimestamp()).openWriter()) {
      writer.writeBytes(new byte[1000]);
    }
    return directory.resolve("raft-3.snapshot");
  }

  @Test
  void aSnapshotThatACrashInterruptedIsTakenAway() throws Exception {
    write(5);
    Path unfinished = unfinishedSnapshot();
    boolean wasThere = Files.exists(unfinished);

    LogScan scan = scan();
    scan.heal();

    assertThat(wasThere).isTrue();
    assertThat(scan.damage()).isEmpty();
    assertThat(scan.snapshotIndex()).isZero();
    assertThat(unfinished).doesNotExist();
  }

  /** By name, with its bytes. */
  private Map<String, String> content() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Map<String, String> content = new TreeMap<>();
      for (Path file : files.toList()) {
        content.put(
            file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
      return content;
    }
  }

  @Test
  void lookingChangesNothing() throws Exception {
    write(10);
    damage(files().getFirst(), 64 + 8 * entryBytes() + 20);
    Files.write(directory.resolve("raft-2.log"), new byte[64 << 10]);
    unfinishedSnapshot();
    Map<String, String> before = content();

    LogScan scan = scan();

    assertThat(scan.damage()).isEmpty();
    assertThat(content()).isEqualTo(before);
    scan.heal();
    assertThat(content()).isNotEqualTo(before).containsOnlyKeys("raft-1.log");
  }

  @Test
  void whatLiesBesideADamagedLogStays() throws Exception {
    write(40);
    unfinishedSnapshot();
    damage(files().getFirst(), 30_000);
    Map<String, String> before = content();

    LogScan scan = scan();

    assertThat(scan.damage()).isPresent();
    assertThatThrownBy(scan::heal).isInstanceOf(IllegalStateException.class);
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void aLogThatBeginsAfterItsSnapshotIsDamaged() throws Exception {
    write(40);
    Files.delete(files().getFirst());

    assertThat(scan().damage())
        .hasValueSatisfying(what -> assertThat(what).contains("the log begins at entry"));
  }
}
