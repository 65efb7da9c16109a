package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.consensus.RecordingMachine;
import dev.orbit.raft.internal.grpc.RaftRpc;
import dev.orbit.transport.env.SystemEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a voter has the system write to the medium, and what it leaves open. */
class VoterFilesIT {
  @TempDir Path directory;
  private final SystemEnvironment environment = new SystemEnvironment();

  @AfterEach
  void close() {
    environment.close();
  }

  /** A voter alone, which has confirmed commands that fill more than one segment of its log. */
  private AtomixEngine started() throws Exception {
    Endpoint nowhere = new Endpoint("127.0.0.1", 1);
    EngineConfig config =
        EngineConfig.builder("alone", "n1", Map.of("n1", nowhere), directory)
            .maxEntryBytes(16 << 10)
            .segmentBytes(64 << 10)
            .build();
    AtomixEngine engine = new AtomixEngine(environment, config, new RaftRpc(environment, config));
    engine.start(new RecordingMachine());
    for (int i = 0; i < 10; i++) {
      AtomixHarness.await(engine.submit(new byte[10 << 10]).toCompletableFuture());
    }
    return engine;
  }

  /** Nothing else brings it to the disk before the log that it replaces is given back. */
  @Test
  void aSnapshotIsSynced() throws Exception {
    CompletableFuture<String> synced = new CompletableFuture<>();
    try (RecordingStream events = new RecordingStream()) {
      events.enable("jdk.FileForce").withThreshold(Duration.ZERO);
      events.onEvent(
          "jdk.FileForce",
          event -> {
            if (event.getString("path").endsWith(".snapshot")) {
              synced.complete(event.getString("path"));
            }
          });
      events.startAsync();
      AtomixEngine engine = started();
      try {
        var _ = engine.compact();

        assertThat(synced.get(20, TimeUnit.SECONDS)).startsWith(directory.toString());
      } finally {
        engine.close();
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void nothingStaysOpenWhenItIsClosed() throws Exception {
    AtomixEngine engine = started();
    List<Path> before = open();

    engine.close();

    assertThat(before).isNotEmpty();
    assertThat(open()).isEmpty();
  }

  /** Files of the voter that this process has open. */
  private List<Path> open() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(VoterFilesIT::target)
          .filter(file -> file.startsWith(directory))
          .toList();
    }
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      // That by which they are listed, which is closed by now.
      return descriptor;
    }
  }
}
