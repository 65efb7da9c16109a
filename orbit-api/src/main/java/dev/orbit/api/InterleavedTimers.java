package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Stands on an actor class whose timers' turns do not wait until its other turns have ended, nor
 * others for theirs, as if each action were an {@link AlwaysInterleave} method. Without it an
 * action waits behind the turn that is open, also while that waits for a call. The rule about
 * waiting is that of {@link Reentrant}. A timer's turns do not overlap one another in either case.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface InterleavedTimers {}
