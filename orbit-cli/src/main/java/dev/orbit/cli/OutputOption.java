package dev.orbit.cli;

import picocli.CommandLine.Option;

/** How a command prints its result. */
final class OutputOption {
  /** The forms. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "How to print the result: text (default) or json.")
  private Format format = Format.TEXT;

  boolean json() {
    return format == Format.JSON;
  }
}
