package dev.orbit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * The disk of one process, as far as that process can tell: what it writes below a directory can be
 * refused, delayed, or taken back as a loss of power would.
 *
 * <p>Changes take a few milliseconds to be noticed. Mapped memory is not seen, nor is the loss of
 * names in a directory. Thread-safe.
 */
public final class Disk {
  private final Path library;
  private final Path directory;
  private final Path control;

  /** The disk below {@code directory}, obeying what is written to {@code control}. */
  Disk(Path library, Path directory, Path control) {
    this.library = library;
    this.directory = directory;
    this.control = control;
    obey("ok");
  }

  /** Well again. What was lied about since is not on the disk, and never will be. */
  public void heal() {
    obey("ok");
  }

  /** Every write fails: no space is left. */
  public void fill() {
    obey("enospc");
  }

  /** Every write and every sync fails. */
  public void fail() {
    obey("eio");
  }

  /** Writes are taken, every sync fails. */
  public void failSyncs() {
    obey("fsync-eio");
  }

  /** Every sync answers that all is well and keeps nothing. */
  public void lie() {
    obey("fsync-lie");
  }

  /** Every sync takes so long. */
  public void slow(int millis) {
    obey("slow " + millis);
  }

  /** The power fails: what was not synced is undone, and the process ends with 137. */
  public void losePower() {
    obey("crash");
  }

  /** What the process must have in its environment; the library goes before others. */
  Map<String, String> environment() {
    return Map.of("LOSSYIO_DIR", directory.toString(), "LOSSYIO_CTL", control.toString());
  }

  Path library() {
    return library;
  }

  private void obey(String line) {
    Path next = control.resolveSibling(control.getFileName() + ".next");
    try {
      Files.writeString(next, line);
      Files.move(next, control, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
