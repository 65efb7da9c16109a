package dev.orbit.api.filter;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Stands around the calls that are made through references of a node or a client. Runs on the
 * caller's thread and must not block, because the caller of a method that gives a stage does not.
 * Calls of many actors at once ({@link dev.orbit.api.Actors#callAll}) pass it by; turn filters see
 * each of their turns.
 */
@FunctionalInterface
public interface CallFilter {
  /**
   * Whether it stands around calls to actors of that type; asked once for each type.
   *
   * @param type the type name
   */
  default boolean appliesTo(String type) {
    return true;
  }

  /**
   * Makes the call.
   *
   * @return completes with what the caller gets, or fails with it
   */
  CompletionStage<@Nullable Object> call(Invocation call);

  /** The call that is to be made. */
  interface Invocation extends Called {
    /**
     * Does what comes next, at last the call. May be called again, also by what hangs on the stage
     * of the first time: the call is then made again, within the same deadline.
     *
     * @return completes with the result, null for void and as soon as it is accepted for one-way;
     *     it may complete on a thread that must not be blocked
     */
    CompletionStage<@Nullable Object> proceed();
  }
}
