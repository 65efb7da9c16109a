package dev.orbit.examples.iot;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import java.util.List;

/** A place with sensors, named by its code. */
@ActorType("iot.Site")
public interface Site extends ActorWithStringKey {
  /**
   * A sensor is silent.
   *
   * @param occurrence tells this alarm from others of the sensor; one that comes twice counts once
   */
  void silent(String sensor, String occurrence);

  /** The sensors that were silent, each as often as it was, the latest last; the last 100. */
  List<String> alarms();
}
