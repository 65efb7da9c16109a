package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a contract whose turns do not wait until the actor's other turns have ended. Such a
 * turn begins as soon as no other turn's code runs: at once where the actor is idle or its turns
 * wait for calls, else when the running turn waits or ends. Other turns do not wait for its end
 * either.
 *
 * <p>Only one turn's code runs at any moment, so that fields need no synchronization; but what such
 * a method finds may be the half-done work of a turn that waits, and what it changes, a turn that
 * waits will find changed when it goes on. Good for asking after progress or calling off a long
 * turn.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AlwaysInterleave {}
