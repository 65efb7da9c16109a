package dev.orbit.api.filter;

import org.jspecify.annotations.Nullable;

/** Stands around the turns of actors of a node. Runs as a part of the turn, and may block. */
@FunctionalInterface
public interface TurnFilter {
  /**
   * Whether it stands around turns of actors of that type; asked once for each type.
   *
   * @param type the type name
   */
  default boolean appliesTo(String type) {
    return true;
  }

  /**
   * Runs the turn.
   *
   * @return what the caller gets: of a method that gives a stage, what that completes with
   * @throws Exception what the caller gets instead, as if the method had thrown it
   */
  @Nullable Object run(Invocation turn) throws Exception;

  /** The method that is to run. Confined to the turn. */
  interface Invocation extends Called {
    /**
     * Runs what comes next, at last the method, and waits for its stage if it gives one. May be
     * called again: the method then runs again, in the same turn.
     *
     * @throws Exception what the method threw
     */
    @Nullable Object proceed() throws Exception;
  }
}
