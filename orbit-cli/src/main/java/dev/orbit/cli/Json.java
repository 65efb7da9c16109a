package dev.orbit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes JSON. */
final class Json {
  /** Set up when there is something to read or write: a first start has nodes to start before. */
  private static final class Mappers {
    static final JsonMapper COMPACT =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    static final JsonMapper INDENTED =
        JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  }

  private Json() {}

  /** On one line. */
  static String line(Object value) {
    return Mappers.COMPACT.writeValueAsString(value);
  }

  /** Over several lines, for people. */
  static String pretty(Object value) {
    return Mappers.INDENTED.writeValueAsString(value);
  }

  /** The value that the text stands for. */
  static Object tree(String json) {
    return Mappers.COMPACT.readTree(json);
  }

  /** The same text over several lines. */
  static String prettyText(String json) {
    return Mappers.INDENTED.writeValueAsString(Mappers.COMPACT.readTree(json));
  }

  /** What is wrong with the text, if it is not one JSON value. */
  static Optional<String> flaw(String text) {
    try {
      if (Mappers.COMPACT.readTree(text).isMissingNode()) {
        return Optional.of("it is empty");
      }
      return Optional.empty();
    } catch (JacksonException e) {
      return Optional.of(e.getOriginalMessage());
    }
  }

  /** Replaces the file. */
  static void writeFile(Path file, Object value) {
    WholeFile.replace(file, pretty(value));
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
      String text = Files.readString(file);
      return Optional.of(Mappers.COMPACT.readValue(text, type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      throw unreadable(file, e);
    }
  }
}
