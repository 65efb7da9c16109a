package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How many calls may wait for one activation of this class before more are refused by an {@link
 * dev.orbit.api.error.OverloadedException}, in place of the node's {@code mailbox-capacity}. The
 * node's configuration ({@code orbit.types}) wins over it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface MailboxCapacity {
  /** How many, 1 to 1,000,000. */
  int value();
}
