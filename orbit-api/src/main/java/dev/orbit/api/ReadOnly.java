package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a contract that changes nothing of its actor. Its turns run at the same time as other
 * turns of read-only methods of the actor, on threads of their own, and never at the same time as a
 * turn that may change something.
 *
 * <p>Calls keep their order: one that waits for a turn that may change something is not overtaken
 * by read-only calls that came later, so that readers cannot keep a writer waiting for ever. What
 * the turns before it wrote is visible in a read-only turn. Fields that a read-only method fills on
 * the way, such as a cache, must be safe for use by many threads.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ReadOnly {}
