package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What actors of one node share, which is neither threads nor anything that can be changed. */
class WithinOneNodeIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int ACTORS = 1_000;
  private static final AtomicInteger BLOCKED = new AtomicInteger();
  private static OrbitNode node;

  /** Nobody can change it. */
  record Firm(String name, int count) {}

  /** Somebody may change what it has. */
  record Loose(String name, List<String> parts) {}

  @ActorType("test.Neighbour")
  interface Neighbour extends ActorWithStringKey {
    /** Blocks while it holds a monitor. */
    void block(String gate);

    /** Gives it to the other, and gives back what that gives. */
    Firm exchange(String other, Firm mine);

    Loose exchangeLoose(String other, Loose mine);

    Firm keep(Firm given);

    Loose keepLoose(Loose given);
  }

  static final class NeighbourActor implements Neighbour {
    /** What was given to whom: a test sees whether that is what it gave. */
    private static volatile Object kept = "";

    private final ActorContext context;

    NeighbourActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public void block(String gate) {
      synchronized (context) {
        BLOCKED.incrementAndGet();
        Desks.pass(gate);
      }
    }

    private Neighbour other(String key) {
      return context.actors().get(Neighbour.class, key);
    }

    @Override
    public Firm exchange(String other, Firm mine) {
      Firm back = other(other).keep(mine);
      assertThat(kept).as("nobody can change it").isSameAs(mine);
      return back;
    }

    @Override
    public Loose exchangeLoose(String other, Loose mine) {
      Loose back = other(other).keepLoose(mine);
      assertThat(kept).isEqualTo(mine).isNotSameAs(mine);
      mine.parts().add("after the call");
      assertThat(((Loose) kept).parts()).isNotEqualTo(mine.parts());
      assertThat(back).isEqualTo(kept).isNotSameAs(kept);
      return back;
    }

    @Override
    public Firm keep(Firm given) {
      kept = given;
      return given;
    }

    @Override
    public Loose keepLoose(Loose given) {
      kept = given;
      return given;
    }
  }

  @BeforeAll
  static void start() {
    node = OrbitNode.builder().actors(NeighbourActor.class).start();
    assertThat(node.awaitReady(SOON)).isTrue();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Neighbour neighbour(String key) {
    return node.actors().get(Neighbour.class, key);
  }

  /** How many threads, virtual ones included, are in the turn of an actor. */
  private static long turns(Path directory, String name) throws IOException {
    Path dump = directory.resolve(name);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
    return Files.readAllLines(dump).stream()
        .filter(line -> line.contains("NeighbourActor.block("))
        .count();
  }

  @Test
  void aThousandTurnsBlockWithinMonitorsAtOnceAndIdleActorsHaveNoThread(@TempDir Path directory)
      throws IOException {
    int before = ManagementFactory.getThreadMXBean().getThreadCount();
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    for (int i = 0; i < ACTORS; i++) {
      calls.add(node.actors().asyncVoid(neighbour("blocked-" + i), n -> n.block("dam")));
    }

    await().atMost(SOON).until(() -> BLOCKED.get() == ACTORS);
    int during = ManagementFactory.getThreadMXBean().getThreadCount();
    long blocked = turns(directory, "during");
    Desks.open("dam");
    calls.forEach(CompletableFuture::join);

    assertThat(blocked).isEqualTo(ACTORS);
    assertThat(during - before).as("platform threads").isLessThan(100);
    assertThat(node.report().activations().get("test.Neighbour")).isGreaterThanOrEqualTo(ACTORS);
    assertThat(turns(directory, "after")).isZero();
  }

  @Test
  void whatNobodyCanChangeIsHandedOverAsItIs() {
    assertThat(neighbour("firm").exchange("other", new Firm("a", 1))).isEqualTo(new Firm("a", 1));
  }

  @Test
  void whatSomebodyMayChangeIsCopiedBothWays() {
    List<String> parts = new ArrayList<>(List.of("a"));

    Loose back = neighbour("loose").exchangeLoose("other", new Loose("a", parts));

    assertThat(back.parts()).containsExactly("a");
    assertThat(parts).containsExactly("a");
  }
}
