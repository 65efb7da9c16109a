package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * After how long without a call an activation of this class leaves memory, in place of the node's
 * {@code idle-after}. The node's configuration ({@code orbit.types}) wins over it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface IdleAfter {
  /** In seconds, 1 to 2,592,000 (30 days). */
  long seconds();
}
