package dev.orbit.examples.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.OrbitTest;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sensors of a cluster of three nodes. */
@OrbitTest(
    nodes = 3,
    actors = {SensorActor.class, SiteActor.class})
class IotIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void readingsOfManySensorsAreSummedUpAndOutliveANode(Cluster cluster) {
    int sensors = 200;
    Set<String> hosts = new HashSet<>();
    for (int s = 0; s < sensors; s++) {
      Sensor sensor = cluster.actors().get(Sensor.class, "sensor-" + s);
      for (int r = 1; r <= 5; r++) {
        sensor.report(r);
      }
      hosts.add(cluster.nodeOf(sensor));
    }
    await().atMost(SOON).until(() -> total(cluster, sensors) == 5L * sensors);
    // The timers of all have written by now what came before.
    await()
        .pollDelay(Duration.ofSeconds(2))
        .atMost(SOON)
        .until(() -> total(cluster, sensors) == 5L * sensors);

    cluster.kill("node-3");
    cluster.awaitGone("node-3", SOON);

    assertThat(hosts).hasSize(3);
    assertThat(total(cluster, sensors)).isEqualTo(5L * sensors);
    assertThat(cluster.actors().get(Sensor.class, "sensor-7").summary())
        .isEqualTo(new Summary(5, 15, 1, 5));
  }

  private static long total(Cluster cluster, int sensors) {
    long total = 0;
    for (int s = 0; s < sensors; s++) {
      total += cluster.actors().get(Sensor.class, "sensor-" + s).summary().count();
    }
    return total;
  }

  @Test
  void aSiteIsToldOfASensorThatFallsSilentAlsoWhenItsNodeIsLost(Cluster cluster) {
    Sensor quiet = cluster.actors().get(Sensor.class, "quiet");
    quiet.install("roof", Duration.ofSeconds(1));
    Sensor removed = cluster.actors().get(Sensor.class, "removed");
    removed.install("roof", Duration.ofSeconds(1));
    removed.remove();
    String host = cluster.nodeOf(quiet);

    cluster.kill(host);
    cluster.awaitGone(host, SOON);
    Site roof = cluster.actors().get(Site.class, "roof");
    await().atMost(SOON).until(() -> roof.alarms().size() >= 2);

    assertThat(roof.alarms()).containsOnly("quiet");
  }
}
