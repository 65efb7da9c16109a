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
 * program that delays packets, the libraries that lose writes and falsify clocks. Needs gcc and the
 * headers of libnetfilter_queue.
 */
final class NativeTools {
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
    tools.copy("clocks.c");
    tools.compile(
        "nfqdelay.c", "-o", tools.path("nfqdelay"), tools.path("nfqdelay.c"), "-lnetfilter_queue");
    tools.compileLibrary("lossyio");
    tools.compileLibrary("clocks");
    return tools;
  }

  Path script() {
    return directory.resolve("netns.sh");
  }

  Path lossyDisk() {
    return directory.resolve("lossyio.so");
  }

  Path clocks() {
    return directory.resolve("clocks.so");
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

  private void compileLibrary(String name) {
    compile(
        name + ".c",
        "-shared",
        "-fPIC",
        "-o",
        path(name + ".so"),
        path(name + ".c"),
        "-ldl",
        "-lpthread");
  }

  private void compile(String what, String... arguments) {
    List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-Wall"));
    command.addAll(List.of(arguments));
    Command.run("compiling " + what, command);
  }
}
