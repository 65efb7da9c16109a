package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Actors;
import dev.orbit.api.Gathered;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.client.OrbitClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One call to many actors, on clusters of real nodes. */
@OrbitTest(nodes = 3, actors = GatheringIT.SensorActor.class)
class GatheringIT {
  /** What is called. */
  @ActorType("test.Sensor")
  public interface Sensor extends ActorWithStringKey {
    String where();

    int squared(int number);

    void checked(int divisor);

    CompletionStage<String> later(String text);
  }

  static final class SensorActor implements Sensor {
    private final ActorContext context;

    SensorActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public String where() {
      return context.node().key();
    }

    @Override
    public int squared(int number) {
      return number * number;
    }

    @Override
    public void checked(int divisor) {
      if (context.address().key().toString().length() % divisor == 0) {
        throw new IllegalStateException("broken sensor " + context.address().key());
      }
    }

    @Override
    public CompletionStage<String> later(String text) {
      return CompletableFuture.completedFuture(text + context.address().key());
    }
  }

  @Test
  void reachesActorsOnAllNodesAndKeepsTheirOrder(Cluster cluster) {
    List<Sensor> sensors = sensors(cluster.actors(), 90);

    Gathered<Sensor, String> hosts =
        cluster.actors().callAll(Sensor.class, sensors, sensor -> sensor.where());
    Gathered<Sensor, Integer> squares =
        cluster.actors().callAll(Sensor.class, sensors, sensor -> sensor.squared(12));

    assertThat(hosts.isComplete()).as(hosts.toString()).isTrue();
    assertThat(hosts.results().keySet()).containsExactlyElementsOf(sensors);
    assertThat(new HashSet<>(hosts.values()))
        .containsExactlyInAnyOrder("node-1", "node-2", "node-3");
    assertThat(squares.values()).hasSize(90).containsOnly(144);
    sensors.forEach(sensor -> assertThat(hosts.results().get(sensor)).isEqualTo(sensor.where()));
  }

  @Test
  void aClientOutsideSendsOneMessageToItsGateway(Cluster cluster) {
    try (OrbitClient client = OrbitClient.connect(cluster.node("node-2").endpoint().toString())) {
      List<Sensor> sensors = sensors(client, 40);

      Gathered<Sensor, CompletionStage<String>> texts =
          client.callAll(Sensor.class, sensors, sensor -> sensor.later("at "));

      assertThat(texts.isComplete()).as(texts.toString()).isTrue();
      assertThat(texts.values().stream().map(stage -> stage.toCompletableFuture().join()))
          .containsExactlyElementsOf(
              IntStream.range(0, 40).mapToObj(i -> "at sensor-" + i).toList());
    }
  }

  @Test
  void failuresAreNamedAndSpoilNothingElse(Cluster cluster) {
    List<Sensor> sensors = sensors(cluster.actors(), 20);

    // Keys of nine characters have two digits.
    // region: failures
    Gathered<Sensor, Void> checked =
        cluster
            .actors()
            .callAll(
                Sensor.class,
                sensors,
                sensor -> {
                  sensor.checked(9);
                  return null;
                });
    checked.failures().forEach((sensor, failure) -> System.out.println(sensor + ": " + failure));
    // endregion

    assertThat(checked.isComplete()).isFalse();
    assertThat(checked.results()).hasSize(10);
    assertThat(checked.failures()).hasSize(10);
    assertThat(checked.failures().get(sensors.get(15)))
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining("broken sensor sensor-15");
  }

  @Test
  void callsExactlyTheActorsThatAreInMemory(Cluster cluster) {
    List<Sensor> sensors = sensors(cluster.actors(), 30);
    sensors.forEach(Sensor::where);

    // region: active
    Gathered<Sensor, String> active =
        cluster.actors("node-3").callActive(Sensor.class, sensor -> sensor.where());
    // endregion

    assertThat(active.isComplete()).as(active.toString()).isTrue();
    assertThat(active.results().keySet()).containsExactlyInAnyOrderElementsOf(sensors);
  }

  @Test
  void everyActorIsReachedWhileANodeLeaves(Cluster cluster) throws Exception {
    List<Sensor> sensors = sensors(cluster.actors("node-1"), 60);
    Set<String> gone = new HashSet<>();
    Thread leaving = Thread.ofVirtual().start(() -> cluster.stop("node-3"));
    boolean left = false;

    // Once more after it has left.
    for (int round = 0; !left || round < 5; round++) {
      left = leaving.join(Duration.ofMillis(1));
      Gathered<Sensor, Integer> squares =
          cluster.actors("node-1").callAll(Sensor.class, sensors, sensor -> sensor.squared(3));
      squares.failures().forEach((sensor, failure) -> gone.add(sensor + ": " + failure));
      assertThat(squares.values()).containsOnly(9);
    }

    assertThat(gone).isEmpty();
  }

  @Test
  void whatIsNoCallOfOneMethodIsRefused(Cluster cluster) {
    List<Sensor> sensors = sensors(cluster.actors(), 2);

    assertThatThrownBy(() -> cluster.actors().callAll(Sensor.class, sensors, sensor -> "nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no method of test.Sensor");
    assertThatThrownBy(
            () ->
                cluster
                    .actors()
                    .callAll(Sensor.class, sensors, sensor -> sensor.where() + sensor.squared(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both called");
  }

  private static List<Sensor> sensors(Actors actors, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> actors.get(Sensor.class, "sensor-" + i))
        .toList();
  }
}
