package dev.orbit.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is written in C and shell, made ready in a directory: the script that makes hosts, the
 * program that delays packets, the library that loses writes. Needs gcc and the headers of
 * libnetfilter_queue.
 */
final class NativeTools {
  /** Where distributions put it, by processor. */
  private static final List<Path> FAKETIME =
      Stream.of("x86_64-linux-gnu", "aarch64-linux-gnu", "")
          .map(each -> Path.of("/usr/lib", each, "faketime", "libfaketimeMT.so.1"))
          .toList();

  private static final Path QUEUE_HEADER =
      Path.of("/usr/include/libnetfilter_queue/libnetfilter_queue.h");

  private final Path directory;

  private NativeTools(Path directory) {
    this.directory = directory;
  }

  /** What this machine lacks for them, each with the package that has it; empty if nothing. */
  static List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (onPath("gcc").isEmpty()) {
      missing.add("gcc (package gcc)");
    }
    if (!Files.exists(QUEUE_HEADER)) {
      missing.add("headers of libnetfilter_queue (package libnetfilter-queue-dev)");
    }
    if (FAKETIME.stream().noneMatch(Files::exists)) {
      missing.add("libfaketime (package faketime)");
    }
    return missing;
  }

  /** The command of that name, if this machine has it. */
  static Optional<Path> onPath(String command) {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
        .map(each -> Path.of(each, command))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Writes and compiles them into {@code directory}. */
  static NativeTools in(Path directory) {
    NativeTools tools = new NativeTools(directory);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tools.copy("netns.sh");
    tools.copy("nfqdelay.c");
    tools.copy("lossyio.c");
    tools.compile(
        "nfqdelay.c", "-o", tools.path("nfqdelay"), tools.path("nfqdelay.c"), "-lnetfilter_queue");
    tools.compile(
        "lossyio.c",
        "-shared",
        "-fPIC",
        "-o",
        tools.path("lossyio.so"),
        tools.path("lossyio.c"),
        "-lpthread");
    return tools;
  }

  Path script() {
    return directory.resolve("netns.sh");
  }

  Path lossyDisk() {
    return directory.resolve("lossyio.so");
  }

  static Path fakeTime() {
    return FAKETIME.stream().filter(Files::exists).findFirst().orElseThrow();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private void copy(String name) {
    try (InputStream source = NativeTools.class.getResourceAsStream(name)) {
      if (source == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      Files.copy(source, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(String what, String... arguments) {
    List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-Wall"));
    command.addAll(List.of(arguments));
    Command.run("compiling " + what, command);
  }
}
