package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Stands on an actor class whose turns may interleave: while one of them waits for a call that it
 * made through a reference, another may begin. Without it a turn runs to its end before the next
 * begins, and a call that comes back to an actor that waits for it fails with {@link
 * dev.orbit.api.error.ErrorCode#DEADLOCK}.
 *
 * <p>Even so only one turn's code runs at any moment; turns change over only where one waits: in a
 * call through a reference, in {@code get} or {@code join} of a stage that such a call returned,
 * and in {@link ActorContext#offload}. So the rule: <b>what was read from fields before such a
 * point may have changed after it</b>; read it again, and leave nothing half done across it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Reentrant {
  /** Which calls may begin while a turn waits. */
  Scope value() default Scope.EVERY_CALL;

  /** Which calls may begin while a turn waits. */
  enum Scope {
    /** Every call. */
    EVERY_CALL,
    /** Calls that the waiting turn itself has caused, directly or over other actors. */
    CALL_CHAIN
  }
}
