package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Portable;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.runtime.inspect.ActorLocation;
import dev.orbit.runtime.inspect.ActorLocation.Why;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Actors follow to a node that joins, and leave one that stops, with what they have in memory. */
@Timeout(120)
class MovingIT {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int COUNTERS = 40;

  private final List<OrbitNode> nodes = new ArrayList<>();

  /** Counts in memory alone. */
  @ActorType("test.Clicker")
  public interface Clicker extends ActorWithStringKey {
    /** How often it was called, and where it is. */
    Clicked click();

    record Clicked(int times, String node) {}
  }

  // region: portable
  static final class ClickerActor implements Clicker, Portable<Integer> {
    private final ActorContext context;
    private int times;

    ClickerActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public Optional<Integer> dehydrate() {
      return Optional.of(times);
    }

    @Override
    public void rehydrate(Integer carried) {
      times = carried;
    }

    @Override
    public Clicked click() {
      times++;
      return new Clicked(times, context.node().key());
    }
  }

  // endregion

  /** Cannot take up what it left. */
  @ActorType("test.Frail")
  public interface Frail extends Clicker {}

  static final class FrailActor implements Frail, Portable<Integer> {
    private final ActorContext context;
    private int times;

    FrailActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public Optional<Integer> dehydrate() {
      return Optional.of(times);
    }

    @Override
    public void rehydrate(Integer carried) {
      times = carried;
      throw new IllegalStateException("it broke on the way");
    }

    @Override
    public Clicked click() {
      times++;
      return new Clicked(times, context.node().key());
    }
  }

  @BeforeEach
  void start() {
    nodes.add(builder("a").raftListen(new Endpoint("127.0.0.1", 0)).start());
  }

  @AfterEach
  void stop() {
    nodes.reversed().forEach(OrbitNode::kill);
  }

  private static OrbitNode.Builder builder(String name) {
    return OrbitNode.builder()
        .name(name)
        .partitions(16)
        .actors(ClickerActor.class, FrailActor.class)
        .rebalancePerSecond(10_000)
        .rebalanceAfter(Duration.ofMillis(200));
  }

  private OrbitNode join() {
    Endpoint voter = nodes.getFirst().raftEndpoint().orElseThrow();
    OrbitNode joined = builder("b").voters(Map.of("a", voter)).start();
    nodes.add(joined);
    return joined;
  }

  private Clicker.Clicked click(String key) {
    return click(Clicker.class, key);
  }

  private Clicker.Clicked click(Class<? extends Clicker> type, String key) {
    return nodes.getFirst().actors().get(type, key).click();
  }

  private ActorLocation explained(String key) {
    return nodes.getFirst().explain(new AddressableReference("test.Clicker", Key.of(key)), BOUND);
  }

  private static List<String> keys() {
    return IntStream.range(0, COUNTERS).mapToObj(i -> "k" + i).toList();
  }

  @Test
  void actorsFollowToTheNodeThatTheirPartitionsHaveGoneToAndNoCallFails() {
    keys().forEach(this::click);
    join();

    await()
        .atMost(BOUND)
        .untilAsserted(
            () -> {
              keys().forEach(this::click);
              assertThat(keys()).extracting(key -> explained(key).why()).containsOnly(Why.OWNER);
            });

    assertThat(keys()).extracting(key -> click(key).node()).contains("a", "b");
  }

  @Test
  void whatANodeHadInMemoryIsThereAfterItWasDrained() {
    OrbitNode joined = join();
    List<String> there = keys().stream().filter(key -> click(key).node().equals("b")).toList();

    nodes.remove(joined);
    joined.drain();

    assertThat(there).isNotEmpty();
    assertThat(there).allMatch(key -> click(key).equals(new Clicker.Clicked(2, "a")));
  }

  @Test
  void anActorThatCannotTakeItUpBeginsAsAnyOther() {
    OrbitNode joined = join();
    List<String> there =
        keys().stream().filter(key -> click(Frail.class, key).node().equals("b")).toList();

    nodes.remove(joined);
    joined.drain();

    assertThat(there).isNotEmpty();
    assertThat(there).allMatch(key -> click(Frail.class, key).equals(new Clicker.Clicked(1, "a")));
  }
}
