package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How the actors of a type find their nodes. It stands on the class that implements the contract;
 * the node's configuration ({@code orbit.types}) wins over it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Placed {
  /** Tags that a node must have, each as {@code name=value}. */
  String[] requires() default {};

  /** Tags that a node should have, each as {@code name=value}. */
  String[] prefers() default {};

  /**
   * The name of the {@link dev.orbit.api.placement.PlacementStrategy} that chooses among the nodes
   * that remain; empty for {@link dev.orbit.api.placement.PlacementStrategy#HASH}.
   */
  String strategy() default "";
}
