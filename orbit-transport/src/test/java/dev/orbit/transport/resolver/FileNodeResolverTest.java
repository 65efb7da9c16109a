package dev.orbit.transport.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNodeResolverTest {
  private static final NodeId A = new NodeId("a", "shop");
  private static final NodeId B = new NodeId("b", "shop");
  private static final Endpoint ONE = new Endpoint("10.0.0.1", 7400);
  private static final Endpoint TWO = new Endpoint("10.0.0.2", 7400);
  private static final Duration POLL = Duration.ofSeconds(2);

  /** One reading that sees the change, and the one after it that lets it count. */
  private static final Duration SEEN = POLL.plus(FileNodeResolver.SETTLE_TIME);

  private final StepEnvironment environment = new StepEnvironment();
  private final List<NodeId> told = new ArrayList<>();
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void startWithOneNode() throws IOException {
    file = folder.resolve("nodes");
    Files.writeString(file, "a=10.0.0.1:7400\n");
  }

  private FileNodeResolver open() {
    return new FileNodeResolver(environment, "shop", file, POLL);
  }

  @Test
  void readsNodesAndPassesOverCommentsAndEmptyLines() throws IOException {
    Files.writeString(file, "# the nodes\r\n\n a = 10.0.0.1:7400 # left rack\r\nb=[fd00::2]:7401");

    FileNodeResolver resolver = open();

    assertThat(resolver.nodes()).isEqualTo(Map.of(A, ONE, B, new Endpoint("fd00::2", 7401)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=h:1\\n\\nb h:1|line 3: 'b h:1' has no '='; expected name=host:port",
        "# x\\na=h:1\\na=h:2|line 3: 'a=h:2' names 'a' a second time",
        "a=h:0|line 1: 'a=h:0' has port 0"
      })
  void refusesToStartWithAFileThatItCannotRead(String content, String message) throws IOException {
    Files.writeString(file, content.replace("\\n", "\n"));

    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void refusesToStartWithoutAFile() throws IOException {
    Files.delete(file);

    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("cannot be read");
  }

  @Test
  void refusesAFileLargerThanItHolds() throws IOException {
    Files.writeString(file, "#".repeat(FileNodeResolver.MAX_BYTES + 1));

    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("larger than 1048576 bytes");
  }

  @Test
  void refusesAFileThatIsNoText() throws IOException {
    Files.write(file, new byte[] {'a', '=', (byte) 0xff});

    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("not in UTF-8");
  }

  @Test
  void followsAFileThatIsReplacedAndTellsWhatChanged() throws IOException {
    FileNodeResolver resolver = open();
    resolver.onChange(told::add);
    Path next = folder.resolve("next");
    Files.writeString(next, "a=10.0.0.2:7400\nb=10.0.0.2:7400\n");

    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    environment.advance(SEEN);

    assertThat(resolver.resolveNode(A)).contains(TWO);
    assertThat(resolver.resolveNode(B)).contains(TWO);
    assertThat(told).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void forgetsANodeThatIsNoLongerListed() throws IOException {
    FileNodeResolver resolver = open();
    resolver.onChange(told::add);

    Files.writeString(file, "b=10.0.0.2:7400\n");
    environment.advance(SEEN);

    assertThat(resolver.resolveNode(A)).isEmpty();
    assertThat(told).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void seesOtherContentsOfTheSameSizeAndTime() throws IOException {
    FileNodeResolver resolver = open();
    FileTime before = Files.getLastModifiedTime(file);

    Files.writeString(file, "a=10.0.0.2:7400\n");
    Files.setLastModifiedTime(file, before);
    environment.advance(SEEN);

    assertThat(resolver.resolveNode(A)).contains(TWO);
  }

  @Test
  void aFileThatIsJustBeingWrittenDoesNotCountYet() throws IOException {
    FileNodeResolver resolver = open();
    resolver.onChange(told::add);

    Files.writeString(file, "");
    environment.advance(POLL);
    Files.writeString(file, "a=10.0.0.2:74");
    environment.advance(FileNodeResolver.SETTLE_TIME);
    boolean half = resolver.resolveNode(A).isEmpty() || told.contains(A);
    Files.writeString(file, "a=10.0.0.2:7400\n");
    environment.advance(FileNodeResolver.SETTLE_TIME.multipliedBy(2));

    assertThat(half).isFalse();
    assertThat(resolver.resolveNode(A)).contains(TWO);
    assertThat(told).containsExactly(A);
  }

  @Test
  void keepsWhatWasKnownWhenTheFileBreaksAndNamesTheLineOnce() throws IOException {
    FileNodeResolver resolver = open();
    try (LogLines log = new LogLines(FileNodeResolver.class)) {

      Files.writeString(file, "a=10.0.0.2:7400\nb 10.0.0.2\n");
      environment.advance(SEEN.multipliedBy(5));

      assertThat(resolver.resolveNode(A)).contains(ONE);
      assertThat(log.at(Level.WARN))
          .singleElement()
          .asString()
          .contains(file.toString())
          .contains("line 2: 'b 10.0.0.2' has no '='");
    }
  }

  @Test
  void keepsWhatWasKnownWhileTheFileIsGoneAndSaysWhenItIsBack() throws IOException {
    FileNodeResolver resolver = open();
    try (LogLines log = new LogLines(FileNodeResolver.class)) {

      Files.delete(file);
      environment.advance(SEEN.multipliedBy(3));
      boolean kept = resolver.resolveNode(A).isPresent();
      Files.writeString(file, "a=10.0.0.1:7400\n");
      environment.advance(SEEN);

      assertThat(kept).isTrue();
      assertThat(log.at(Level.WARN)).singleElement().asString().contains("cannot be read");
      assertThat(log.at(Level.INFO)).singleElement().asString().contains("good again");
    }
  }

  @Test
  void aMendedFileCountsAgain() throws IOException {
    FileNodeResolver resolver = open();
    Files.writeString(file, "broken");
    environment.advance(SEEN);

    Files.writeString(file, "a=10.0.0.2:7400");
    environment.advance(SEEN);

    assertThat(resolver.resolveNode(A)).contains(TWO);
  }

  @Test
  void watchesNoLongerOnceClosed() throws IOException {
    FileNodeResolver resolver = open();

    resolver.close();
    resolver.close();
    Files.writeString(file, "a=10.0.0.2:7400\n");
    environment.advance(SEEN.multipliedBy(3));

    assertThat(resolver.resolveNode(A)).contains(ONE);
  }

  @Test
  void refusesAnIntervalOutOfItsRange() {
    assertThatThrownBy(() -> new FileNodeResolver(environment, "shop", file, Duration.ofMillis(9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pollInterval is PT0.009S; allowed are PT0.01S to PT1H");
  }
}
