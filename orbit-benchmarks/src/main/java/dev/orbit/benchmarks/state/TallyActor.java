package dev.orbit.benchmarks.state;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Persistent;
import dev.orbit.api.Remindable;
import dev.orbit.api.Reminder;
import dev.orbit.api.Schedule;
import dev.orbit.api.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** Counts, and notes how late its reminders are. */
public final class TallyActor implements Tally, Remindable {
  static final ConcurrentHistogram LATE_MILLIS = new ConcurrentHistogram(3_600_000, 3);
  static final AtomicLong DELIVERED = new AtomicLong();
  static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  private final State<Count> state;
  private final ActorContext context;

  /** How many. */
  record Count(long value) {
    public static Count initial() {
      return new Count(0);
    }
  }

  public TallyActor(@Persistent("count") State<Count> state, ActorContext context) {
    this.state = state;
    this.context = context;
  }

  @Override
  public long increment() {
    return state.update(count -> new Count(count.value() + 1)).value();
  }

  @Override
  public void remindAt(long epochMillis) {
    context.reminders().set("due", Schedule.at(Instant.ofEpochMilli(epochMillis)));
  }

  @Override
  public void onReminder(Reminder reminder) {
    long late = Math.max(0, Duration.between(reminder.due(), Instant.now()).toMillis());
    LATE_MILLIS.recordValue(late);
    SEEN.add(context.address().key() + " " + reminder.occurrenceId());
    DELIVERED.incrementAndGet();
  }
}
