package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the stored state that a constructor parameter of type {@link State} gives access to. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Persistent {
  /**
   * The name of the state, unique within the actor: 1 to 100 letters, digits, {@code . _} or {@code
   * -}.
   */
  String value();
}
