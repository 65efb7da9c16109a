package dev.orbit.examples.iot;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;
import java.time.Duration;

/** One sensor, named by its serial number. */
@ActorType("iot.Sensor")
public interface Sensor extends ActorWithStringKey {
  /**
   * From now on the site is told when the sensor is silent for so long.
   *
   * @param silentAfter at least 1 s
   */
  void install(String site, Duration silentAfter);

  /** A reading; nobody waits for it to be written. */
  @OneWay
  void report(double value);

  /** All readings so far, also those that are not written yet. */
  Summary summary();

  /** Nobody watches it any more. */
  void remove();
}
