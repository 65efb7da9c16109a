package dev.orbit.cli;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes JSON. */
final class Json {
  private static final JsonMapper COMPACT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final JsonMapper INDENTED =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  /** On one line. */
  static String line(Object value) {
    return COMPACT.writeValueAsString(value);
  }

  /** Over several lines, for people. */
  static String pretty(Object value) {
    return INDENTED.writeValueAsString(value);
  }

  /** The value that the text stands for. */
  static Object tree(String json) {
    return COMPACT.readTree(json);
  }

  /** The same text over several lines. */
  static String prettyText(String json) {
    return INDENTED.writeValueAsString(COMPACT.readTree(json));
  }

  /** What is wrong with the text, if it is not one JSON value. */
  static Optional<String> flaw(String text) {
    try {
      if (COMPACT.readTree(text).isMissingNode()) {
        return Optional.of("it is empty");
      }
      return Optional.empty();
    } catch (JacksonException e) {
      return Optional.of(e.getOriginalMessage());
    }
  }

  /** Replaces the file in one step: a reader sees the old content or the new. */
  static void writeFile(Path file, Object value) {
    Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(fresh, pretty(value) + "\n");
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

  /** The content of the file as it stands there; nothing if there is none. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UserError unreadable(Path file, Exception e) {
    return new UserError(
        ExitCodes.FAILED, "cannot read %s (%s); remove it".formatted(file, e.getMessage()), e);
  }

  /** The content of the file; empty if there is none. */
  static <T> Optional<T> readFile(Path file, Class<T> type) {
    try {
      return Optional.of(COMPACT.readValue(Files.readString(file), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      throw unreadable(file, e);
    }
  }
}
