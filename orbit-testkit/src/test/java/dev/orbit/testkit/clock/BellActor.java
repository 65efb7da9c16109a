package dev.orbit.testkit.clock;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Persistent;
import dev.orbit.api.Remindable;
import dev.orbit.api.Reminder;
import dev.orbit.api.Schedule;
import dev.orbit.api.State;
import dev.orbit.api.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells {@link Rings} what happens. */
final class BellActor implements Bell, Remindable {
  private final State<Written> state;
  private final ActorContext context;
  private Timers.@Nullable Timer timer;

  /** How often it was written. */
  record Written(int count) {
    public static Written initial() {
      return new Written(0);
    }
  }

  BellActor(@Persistent("written") State<Written> state, ActorContext context) {
    this.state = state;
    this.context = context;
  }

  @Override
  public void tick(long millis, String behaviour) {
    timer =
        context
            .timers()
            .every(
                Duration.ofMillis(millis),
                () -> {
                  Rings.ring(context, "tick", "", () -> pause(30));
                  if (behaviour.equals("fail")) {
                    throw new IllegalStateException("planned");
                  }
                });
  }

  @Override
  public void stopTicking() {
    if (timer != null) {
      timer.stop();
    }
  }

  @Override
  public void sleep(long millis) {
    Rings.ring(context, "call", "", () -> pause(millis));
  }

  private static void pause(long millis) {
    try {
      boolean _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void remindOnce(String name, long millis) {
    context.reminders().set(name, Duration.ofMillis(millis));
  }

  @Override
  public void remindEvery(String name, long millis) {
    context.reminders().set(name, Schedule.every(Duration.ofMillis(millis)));
  }

  @Override
  public boolean cancel(String name) {
    return context.reminders().cancel(name);
  }

  @Override
  public List<String> reminders() {
    return context.reminders().names();
  }

  @Override
  public void setAndFail(boolean reminderFirst, String name) {
    if (reminderFirst) {
      context.reminders().set(name, Duration.ofHours(1));
      throw new IllegalStateException("before the write");
    }
    state.update(written -> new Written(written.count() + 1));
    throw new IllegalStateException("before the reminder");
  }

  @Override
  public int written() {
    return state.value().count();
  }

  @Override
  public String whereAmI() {
    return context.node().key();
  }

  @Override
  public void onReminder(Reminder reminder) {
    Rings.ring(context, reminder.name(), reminder.occurrenceId(), Rings.ON_REMINDER.get());
    state.update(written -> new Written(written.count() + 1));
  }
}
