package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code orbit} script, in a working copy in which Maven has nothing to do. */
class LauncherIT {
  private static final Path BUILT = Path.of("target").toAbsolutePath();

  @TempDir private Path root;

  /** Without the cache all works too, so that nothing else would tell that it is not used. */
  @Test
  void whatItStartsAndTheNodesOfThatTakeTheirClassesFromTheCacheOfTheRehearsal() throws Exception {
    makeWorkingCopy();
    Path ofTheNode = root.resolve("node.classes");
    Path ofTheCommand = root.resolve("command.classes");

    orbit(
        Map.of("ORBIT_NODE_JAVA_OPTS", classesTo(ofTheNode)),
        List.of("dev", "--nodes", "1", "--load", "0", "--duration", "1s"));
    orbit(Map.of("JAVA_TOOL_OPTIONS", classesTo(ofTheCommand)), List.of("cluster", "status"));

    assertThat(root.resolve("orbit-cli/target/orbit-cli.aot")).isNotEmptyFile();
    assertMostlyFromTheCache(ofTheNode);
    assertMostlyFromTheCache(ofTheCommand);
  }

  private void makeWorkingCopy() throws IOException {
    Path target = Files.createDirectories(root.resolve("orbit-cli/target"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createDirectory(root.resolve("examples"));
    Files.copy(Path.of("..", "orbit"), root.resolve("orbit"));
    Files.copy(BUILT.resolve("orbit-cli.jar"), target.resolve("orbit-cli.jar"));
    Files.createSymbolicLink(target.resolve("lib"), BUILT.resolve("lib"));
    Path maven = Files.createDirectory(root.resolve("bin")).resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\n");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
  }

  private static String classesTo(Path file) {
    return "-Xlog:class+load:file=" + file;
  }

  private void orbit(Map<String, String> environment, List<String> args) throws Exception {
    Path output = root.resolve("output");
    List<String> command = new ArrayList<>(List.of("bash", root.resolve("orbit").toString()));
    command.addAll(args);
    command.addAll(List.of("--data-dir", root.resolve("data").toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue())
        .as(Files.readString(output))
        .isIn(ExitCodes.OK, ExitCodes.NOT_RUNNING);
  }

  /** What the rehearsal does not touch comes from the jar. */
  private static void assertMostlyFromTheCache(Path classes) throws IOException {
    List<String> ours =
        Files.readAllLines(classes).stream().filter(line -> line.contains(" dev.orbit.")).toList();
    List<String> fromTheJar =
        ours.stream().filter(line -> !line.contains("source: shared objects file")).toList();
    System.out.printf("[figures] classes: %d, from the jar: %s%n", ours.size(), fromTheJar);
    assertThat(ours).hasSizeGreaterThan(10);
    assertThat(fromTheJar).hasSizeLessThan(ours.size() / 10);
  }
}
