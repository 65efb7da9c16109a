package dev.orbit.examples.iot;

import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import java.util.ArrayList;
import java.util.List;

/** Collects alarms. Confined to the turns of its actor. */
public final class SiteActor implements Site {
  private static final int KEPT = 100;

  private final State<Alarms> state;

  /** An alarm of a sensor. */
  record Alarm(String sensor, String occurrence) {}

  /** The last alarms. */
  record Alarms(List<Alarm> last) {
    public static Alarms initial() {
      return new Alarms(List.of());
    }

    Alarms plus(Alarm alarm) {
      List<Alarm> more = new ArrayList<>(last);
      more.add(alarm);
      return new Alarms(List.copyOf(more.subList(Math.max(0, more.size() - KEPT), more.size())));
    }
  }

  public SiteActor(@Persistent("alarms") State<Alarms> state) {
    this.state = state;
  }

  @Override
  public void silent(String sensor, String occurrence) {
    Alarm alarm = new Alarm(sensor, occurrence);
    if (!state.value().last().contains(alarm)) {
      state.update(alarms -> alarms.plus(alarm));
    }
  }

  @Override
  public List<String> alarms() {
    return state.value().last().stream().map(Alarm::sensor).toList();
  }
}
