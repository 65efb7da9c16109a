package dev.orbit.checks;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one way a source file may be written: google-java-format, imports sorted, unused ones gone.
 *
 * <p>Started as a program it rewrites the files under the given path. It is run from its source, so
 * that formatting does not wait for the code to compile.
 */
final class SourceFormat {

  static final String COMMAND = "mvn -q -N -Pformat process-sources";

  private SourceFormat() {}

  static String format(String source) throws FormatterException {
    Formatter formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    return StringWrapper.wrap(formatter.formatSourceAndFixImports(source), formatter);
  }

  /** Rewrites what differs; a file that does not parse is named and left alone. */
  @SuppressWarnings("SystemOut") // a program for a terminal
  public static void main(String[] args) throws IOException {
    boolean failed = false;
    for (Path file : javaFilesUnder(Path.of(args[0]))) {
      String before = Files.readString(file);
      try {
        String after = format(before);
        if (!after.equals(before)) {
          Files.writeString(file, after);
          System.out.println("formatted " + file);
        }
      } catch (FormatterException e) {
        failed = true;
        System.err.println(file + ": " + e.getMessage());
      }
    }
    if (failed) {
      System.exit(1);
    }
  }

  private static List<Path> javaFilesUnder(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(
              file -> file.toString().endsWith(".java") && !file.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}
