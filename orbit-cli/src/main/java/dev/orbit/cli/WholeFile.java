package dev.orbit.cli;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that others read while they are written. */
final class WholeFile {
  private WholeFile() {}

  /** Replaces the file in one step: a reader sees the old content or the new, and a line's end. */
  static void replace(Path file, String text) {
    Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(fresh, text + "\n");
      try {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCodes.FAILED,
          "cannot write %s (%s); choose another --data-dir or free the disk".formatted(file, e),
          e);
    }
  }
}
