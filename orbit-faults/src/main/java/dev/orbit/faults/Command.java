package dev.orbit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A command of the system that must succeed. */
final class Command {
  private Command() {}

  /** Runs it and returns what it printed. */
  static String run(String what, List<String> command) {
    return run(what, command, Map.of());
  }

  /** Runs it with more in its environment and returns what it printed. */
  static String run(String what, List<String> command, Map<String, String> environment) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IllegalStateException(
            "%s: %s ended with %d: %s".formatted(what, command, exit, printed));
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(what + " was interrupted", e);
    }
  }
}
