package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The stable name of a contract on the wire and in state stores. It stands on the contract, because
 * callers know nothing else of an actor. Without it the name is the fully qualified name of the
 * contract, so that moving or renaming the interface loses the state of its actors: give every
 * contract that keeps state a name.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ActorType {
  /** The name: 1 to 200 characters out of letters, digits, {@code . _ -} and {@code $}. */
  String value();
}
