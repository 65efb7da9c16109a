package dev.orbit.examples.iot;

import java.util.Optional;

/**
 * What a sensor keeps.
 *
 * @param site whom to tell; empty while it is not installed
 * @param written the readings
 * @param seen how many there were when it was last looked after
 * @param lastAlarm the occurrence of the reminder that last told the site; empty before
 */
record SensorState(Optional<String> site, Summary written, long seen, Optional<String> lastAlarm) {
  public static SensorState initial() {
    return new SensorState(Optional.empty(), Summary.NONE, 0, Optional.empty());
  }

  SensorState installedAt(Optional<String> newSite) {
    return new SensorState(newSite, written, seen, lastAlarm);
  }

  SensorState plus(Summary readings) {
    return new SensorState(site, written.plus(readings), seen, lastAlarm);
  }

  SensorState lookedAfter() {
    return new SensorState(site, written, written.count(), lastAlarm);
  }

  SensorState alarmed(String occurrence) {
    return new SensorState(site, written, seen, Optional.of(occurrence));
  }
}
