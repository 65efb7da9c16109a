package dev.orbit.examples.iot;

import dev.orbit.api.ActorContext;
import dev.orbit.api.DeactivationReason;
import dev.orbit.api.Lifecycle;
import dev.orbit.api.Persistent;
import dev.orbit.api.Remindable;
import dev.orbit.api.Reminder;
import dev.orbit.api.Schedule;
import dev.orbit.api.State;
import java.time.Duration;
import java.util.Optional;

/** Sums readings up. Confined to the turns of its actor. */
public final class SensorActor implements Sensor, Lifecycle, Remindable {
  private static final Duration WRITE_EVERY = Duration.ofSeconds(1);
  private static final String SILENCE = "silence";

  private final State<SensorState> state;
  private final ActorContext context;
  private Summary unwritten = Summary.NONE;

  public SensorActor(@Persistent("sensor") State<SensorState> state, ActorContext context) {
    this.state = state;
    this.context = context;
  }

  // region: timer
  @Override
  public void onActivate() {
    context.timers().every(WRITE_EVERY, this::writeReadings);
  }

  @Override
  public void report(double value) {
    unwritten = unwritten.plus(value);
  }

  private void writeReadings() {
    if (unwritten.count() > 0) {
      state.update(sensor -> sensor.plus(unwritten));
      unwritten = Summary.NONE;
    }
  }

  @Override
  public void onDeactivate(DeactivationReason reason) {
    writeReadings();
  }

  // endregion

  @Override
  public Summary summary() {
    return state.value().written().plus(unwritten);
  }

  // region: reminder
  @Override
  public void install(String site, Duration silentAfter) {
    // First the reminder: if the node dies between the two it comes, finds no site, and does
    // nothing. The other way round the sensor would never be watched.
    context.reminders().set(SILENCE, Schedule.every(silentAfter));
    state.update(sensor -> sensor.installedAt(Optional.of(site)));
  }

  @Override
  public void remove() {
    state.update(sensor -> sensor.installedAt(Optional.empty()));
    context.reminders().cancel(SILENCE);
  }

  @Override
  public void onReminder(Reminder reminder) {
    writeReadings();
    SensorState sensor = state.value();
    boolean silent = sensor.written().count() == sensor.seen();
    Optional<String> told = Optional.of(reminder.occurrenceId());
    if (sensor.site().isPresent() && silent && !sensor.lastAlarm().equals(told)) {
      site(sensor.site().get()).silent(context.address().key().toString(), told.get());
      state.update(s -> s.alarmed(told.get()));
    } else if (!silent) {
      state.update(SensorState::lookedAfter);
    }
  }

  // endregion

  private Site site(String name) {
    return context.actors().get(Site.class, name);
  }
}
