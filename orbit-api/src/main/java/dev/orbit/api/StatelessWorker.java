package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Actors of this class have no identity and no state: a call runs on whichever activation is free,
 * on the caller's own node where that hosts the type, else on any that does. Each node has up to
 * {@link #max} activations of one address at a time, made as calls find the others busy; each runs
 * one turn at a time. They are in no directory, so that <em>the promise of a single activation does
 * not hold for them</em>, and calls of one caller may overtake each other.
 *
 * <p>For what computes, parses or talks to other systems. The class may keep caches in its fields,
 * for each activation its own; it may have neither {@link State} nor {@link Journal}, take no
 * reminders, and name no placement strategy.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface StatelessWorker {
  /** The most activations of one address on one node, 1 to 10,000. */
  int max() default 8;
}
