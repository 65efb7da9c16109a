package dev.orbit.examples.iot;

import dev.orbit.runtime.OrbitNode;
import java.time.Duration;

/** A thousand sensors on one node, of which one falls silent. */
public final class Iot {
  private static final int SENSORS = 1_000;
  private static final int READINGS = 20;

  private Iot() {}

  /** Runs it; takes no arguments. */
  public static void main(String[] args) {
    try (OrbitNode node = OrbitNode.builder().actors(SensorActor.class, SiteActor.class).start()) {
      for (int s = 0; s < SENSORS; s++) {
        Sensor sensor = node.actors().get(Sensor.class, "sensor-" + s);
        sensor.install("roof", Duration.ofMinutes(1));
        for (int r = 0; r < READINGS; r++) {
          sensor.report(20 + (s * 31 + r * 7) % 10);
        }
      }
      Summary all = Summary.NONE;
      for (int s = 0; s < SENSORS; s++) {
        all = all.plus(node.actors().get(Sensor.class, "sensor-" + s).summary());
      }
      System.out.printf(
          "%d readings of %d sensors, mean %.1f, from %.1f to %.1f%n",
          all.count(), SENSORS, all.mean(), all.least(), all.greatest());
    }
  }
}
