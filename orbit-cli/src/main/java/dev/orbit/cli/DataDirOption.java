package dev.orbit.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which cluster a command is about. */
final class DataDirOption {
  /** Below the directory that the command is called in, and ignored by git there. */
  static final String DEFAULT = ".orbit/dev";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The directory of the cluster (default: " + DEFAULT + ").")
  private Path directory = Path.of(DEFAULT);

  DataDirectory directory() {
    return new DataDirectory(directory.toAbsolutePath().normalize());
  }
}
