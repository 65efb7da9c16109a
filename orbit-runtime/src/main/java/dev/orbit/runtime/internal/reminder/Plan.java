package dev.orbit.runtime.internal.reminder;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.orbit.api.MissedFirings;
import dev.orbit.api.Schedule;
import dev.orbit.api.state.StoredReminder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The times of a reminder and what becomes of those that were missed. As text, the way it is
 * stored: {@code once; every 60000}, {@code skip 5000; cron Europe/Berlin 0 9 * * MON-FRI} or
 * {@code all 10; single}.
 *
 * <p>Immutable.
 */
public final class Plan {
  private static final CronParser CRON =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** Expressions are few and parsing them is slow; a full table is begun anew. */
  private static final int MOST_PARSED = 1_000;

  private static final ConcurrentHashMap<String, ExecutionTime> PARSED = new ConcurrentHashMap<>();

  private final MissedFirings missed;
  private final Recurrence recurrence;

  private sealed interface Recurrence {
    record Single() implements Recurrence {}

    record Every(long millis) implements Recurrence {}

    record Cron(String expression, ZoneId zone) implements Recurrence {}
  }

  private Plan(MissedFirings missed, Recurrence recurrence) {
    this.missed = missed;
    this.recurrence = recurrence;
  }

  /**
   * What an actor asked for.
   *
   * @throws IllegalArgumentException if a cron expression cannot be read, or its occurrences are
   *     never
   */
  public static Plan of(Schedule schedule, MissedFirings missed) {
    return new Plan(
        missed,
        switch (schedule) {
          case Schedule.After _, Schedule.At _ -> new Recurrence.Single();
          case Schedule.Every every -> new Recurrence.Every(every.period().toMillis());
          case Schedule.Cron(String expression, ZoneId zone) -> {
            parsed(expression);
            yield new Recurrence.Cron(expression, zone);
          }
        });
  }

  /** When a schedule that is set at {@code now} is due first. */
  public static Instant first(Schedule schedule, Instant now) {
    Instant first =
        switch (schedule) {
          case Schedule.After(Duration delay) -> now.plus(delay);
          case Schedule.At(Instant time) -> time;
          case Schedule.Every every -> now.plus(every.first());
          case Schedule.Cron(String expression, ZoneId zone) ->
              cronAfter(expression, zone, now)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "the cron expression '%s' has no time to come"
                                  .formatted(expression)));
        };
    return first.truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is not such a text
   */
  public static Plan parse(String text) {
    int semicolon = text.indexOf("; ");
    if (semicolon < 0) {
      throw unreadable(text);
    }
    String[] policy = text.substring(0, semicolon).split(" ", -1);
    String[] times = text.substring(semicolon + 2).split(" ", 3);
    try {
      MissedFirings missed =
          switch (policy[0]) {
            case "once" -> MissedFirings.ONCE;
            case "skip" -> new MissedFirings.Skip(Duration.ofMillis(Long.parseLong(policy[1])));
            case "all" -> new MissedFirings.All(Integer.parseInt(policy[1]));
            default -> throw unreadable(text);
          };
      Recurrence recurrence =
          switch (times[0]) {
            case "single" -> new Recurrence.Single();
            case "every" -> new Recurrence.Every(Long.parseLong(times[1]));
            case "cron" -> new Recurrence.Cron(times[2], ZoneId.of(times[1]));
            default -> throw unreadable(text);
          };
      return new Plan(missed, recurrence);
    } catch (ArrayIndexOutOfBoundsException | NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException(unreadable(text).getMessage(), e);
    }
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException("'%s' is not the plan of a reminder".formatted(text));
  }

  /** The form in which it is stored. */
  public String text() {
    String policy =
        switch (missed) {
          case MissedFirings.Once() -> "once";
          case MissedFirings.Skip(Duration tolerance) -> "skip " + tolerance.toMillis();
          case MissedFirings.All(int most) -> "all " + most;
        };
    String times =
        switch (recurrence) {
          case Recurrence.Single() -> "single";
          case Recurrence.Every(long millis) -> "every " + millis;
          case Recurrence.Cron(String expression, ZoneId zone) ->
              "cron " + zone.getId() + " " + expression;
        };
    return policy + "; " + times;
  }

  /**
   * The occurrence to deliver at {@code now}, at the earliest at its time: that of {@code reminder}
   * or, where too many were missed, a later one; empty if none is left.
   */
  public Optional<StoredReminder> next(StoredReminder reminder, Instant now) {
    return switch (missed) {
      case MissedFirings.Once() -> Optional.of(reminder);
      case MissedFirings.Skip(Duration tolerance) ->
          reminder.due().plus(tolerance).isBefore(now)
              ? at(reminder, 1, after(reminder.due(), now.minus(tolerance)))
              : Optional.of(reminder);
      case MissedFirings.All(int most) -> Optional.of(latest(reminder, now, most));
    };
  }

  /** What follows {@code reminder} after it was delivered at {@code now}; empty if nothing does. */
  public Optional<StoredReminder> following(StoredReminder reminder, Instant now) {
    Instant after =
        missed instanceof MissedFirings.Once && now.isAfter(reminder.due()) ? now : reminder.due();
    return at(reminder, 1, after(reminder.due(), after));
  }

  private static Optional<StoredReminder> at(
      StoredReminder reminder, long further, Optional<Instant> due) {
    return due.map(time -> reminder.at(reminder.occurrence() + further, time));
  }

  /** The first time after {@code after} of those that follow {@code due}. */
  private Optional<Instant> after(Instant due, Instant after) {
    return switch (recurrence) {
      case Recurrence.Single() -> Optional.empty();
      case Recurrence.Every(long millis) -> {
        long passed = Math.max(0, Duration.between(due, after).toMillis());
        yield Optional.of(due.plusMillis((passed / millis + 1) * millis));
      }
      case Recurrence.Cron(String expression, ZoneId zone) ->
          cronAfter(expression, zone, after.isAfter(due) ? after : due);
    };
  }

  /** Of those that are overdue the latest {@code most}: the first of these. */
  private StoredReminder latest(StoredReminder reminder, Instant now, int most) {
    if (recurrence instanceof Recurrence.Every(long millis)) {
      long overdue = Duration.between(reminder.due(), now).toMillis() / millis + 1;
      long dropped = Math.max(0, overdue - most);
      return reminder.at(
          reminder.occurrence() + dropped, reminder.due().plusMillis(dropped * millis));
    }
    // By cron: look back over ever longer spans until there are enough or all are seen.
    Duration span = Duration.ofHours(1);
    while (true) {
      Instant from = now.minus(span);
      ArrayDeque<Instant> overdue = overdueSince(reminder, from, now, most);
      if (!from.isAfter(reminder.due()) || overdue.size() == most) {
        Instant first = overdue.isEmpty() ? reminder.due() : overdue.getFirst();
        return first.equals(reminder.due())
            ? reminder
            : reminder.at(reminder.occurrence() + 1, first);
      }
      span = span.multipliedBy(4);
    }
  }

  /** The latest of those that are overdue and not before {@code from}. */
  private ArrayDeque<Instant> overdueSince(
      StoredReminder reminder, Instant from, Instant now, int most) {
    ArrayDeque<Instant> times = new ArrayDeque<>();
    Optional<Instant> time =
        from.isAfter(reminder.due()) ? after(reminder.due(), from) : Optional.of(reminder.due());
    while (time.isPresent() && !time.get().isAfter(now)) {
      times.add(time.get());
      if (times.size() > most) {
        times.remove();
      }
      time = after(time.get(), time.get());
    }
    return times;
  }

  private static Optional<Instant> cronAfter(String expression, ZoneId zone, Instant after) {
    return parsed(expression)
        .nextExecution(ZonedDateTime.ofInstant(after, zone))
        .map(ZonedDateTime::toInstant);
  }

  private static ExecutionTime parsed(String expression) {
    ExecutionTime known = PARSED.get(expression);
    if (known != null) {
      return known;
    }
    ExecutionTime made;
    try {
      made = ExecutionTime.forCron(CRON.parse(expression).validate());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the cron expression '%s' cannot be read: %s; five fields are needed: minute, hour, day of the month, month, day of the week"
              .formatted(expression, e.getMessage()),
          e);
    }
    if (PARSED.size() >= MOST_PARSED) {
      PARSED.clear();
    }
    PARSED.put(expression, made);
    return made;
  }
}
