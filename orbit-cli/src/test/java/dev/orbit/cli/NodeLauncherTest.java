package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NodeLauncherTest {
  @Test
  void nodesStartWithoutWhatTheyDoNotNeed() {
    assertThat(NodeLauncher.jvmFlags())
        .contains(
            "-Dio.netty.jfr.enabled=false",
            "-Djavax.management.builder.initial=" + LateMBeans.class.getName());
  }

  /** Otherwise the archive has other classes than the starts that it is for. */
  @Test
  void theScriptRehearsesWithTheFlagsOfNodes() throws IOException {
    String script = Files.readString(Path.of("..", "orbit"));

    assertThat(NodeLauncher.jvmFlags())
        .filteredOn(flag -> flag.startsWith("-D") || flag.startsWith("-XX:"))
        // What becomes of memory loads nothing.
        .filteredOn(flag -> !flag.equals("-XX:+ExitOnOutOfMemoryError"))
        .filteredOn(flag -> !flag.startsWith("-XX:TrimNativeHeapInterval="))
        .hasSizeGreaterThan(4)
        .allSatisfy(flag -> assertThat(script).contains(flag));
  }
}
