package dev.orbit.runtime.state;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/**
 * The native part of SQLite's driver, unpacked beside a state file, once for all processes.
 *
 * <p>Left alone the driver unpacks a megabyte for each process into the directory for temporary
 * files and compares it byte by byte, which every start pays for, and a process that is killed
 * leaves its copy there for good.
 *
 * <p>What is loaded runs with the rights of this process. So only a directory serves that nobody
 * but its owner can write to: what lies there was put there by whom the state is entrusted to.
 */
final class SqliteLibrary {
  /** Where the driver looks first; a process has one driver, and so one place. */
  static final String DIRECTORY_PROPERTY = "org.sqlite.lib.path";

  static final String NAME_PROPERTY = "org.sqlite.lib.name";

  private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);

  private SqliteLibrary() {}

  /**
   * Has the driver load its library from a directory, unpacked there if it is not yet. Whoever has
   * told it another place is left alone; where the directory does not serve, because others can
   * write to it or nothing can be written, the driver does as it does by itself.
   */
  static synchronized void loadFrom(Path directory) {
    if (System.getProperty(DIRECTORY_PROPERTY) != null) {
      return;
    }
    try {
      Path place = directory.toRealPath();
      if (!isOwnersAlone(place)) {
        LOG.debug("event=driver-library-not-unpacked directory={} reason=open-to-others", place);
        return;
      }
      Path library = unpacked(place);
      System.setProperty(NAME_PROPERTY, "" + library.getFileName());
      System.setProperty(DIRECTORY_PROPERTY, "" + library.getParent());
    } catch (IOException e) {
      LOG.debug("event=driver-library-not-unpacked directory={} reason={}", directory, "" + e);
    }
  }

  private static boolean isOwnersAlone(Path directory) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    return view != null
        && Collections.disjoint(
            view.readAttributes().permissions(),
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
  }

  /** The library in a directory: whole whenever it is there, also after a loss of power. */
  static Path unpacked(Path directory) throws IOException {
    String platform = OSInfo.getNativeLibFolderPathForCurrentOS();
    String name = LibraryLoaderUtil.getNativeLibName();
    Path library =
        directory.resolve(
            ".sqlite-%s-%s-%s"
                .formatted(SQLiteJDBCLoader.getVersion(), platform.replace('/', '-'), name));
    if (!Files.exists(library)) {
      Path part = directory.resolve(library.getFileName() + "." + ProcessHandle.current().pid());
      try {
        unpack(LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name, part);
        // Of two processes that come here at once the second replaces the first's by an equal one.
        Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    }
    return library;
  }

  private static void unpack(String resource, Path to) throws IOException {
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource);
      }
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    }
    try (FileChannel written = FileChannel.open(to, StandardOpenOption.WRITE)) {
      written.force(true);
    }
  }
}
