package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.temporal.ChronoUnit;

/**
 * How long callers wait for a method of a contract, or for every method of it that says nothing
 * itself. Within a turn the caller waits no longer than the turn's own caller does. Stronger than
 * this is what the configuration of the calling node says of the type or the method ({@code
 * orbit.types}), and stronger than that {@link CallSettings#timeout}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface CallTimeout {
  /** How many {@link #unit}s, so that it is more than zero and at most 24 hours. */
  long value();

  /** The unit: one of {@code MILLIS}, {@code SECONDS}, {@code MINUTES} and {@code HOURS}. */
  ChronoUnit unit() default ChronoUnit.SECONDS;
}
