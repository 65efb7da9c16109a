package dev.orbit.client.internal.call;

import dev.orbit.client.internal.contract.ActorContract;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries calls to actors. References end here.
 *
 * <p>Thread-safe; never blocks.
 */
public interface Invoker {
  /**
   * Begins a call. The arguments are encoded before this returns, so that the caller may change
   * what they hold.
   *
   * @return completes by the deadline of the call with what the method returned (null for void; for
   *     a one-way call as soon as it is accepted for sending), or fails with an {@link
   *     dev.orbit.api.error.OrbitException}, which is this call's own instance. An exception of the
   *     actor is an {@link dev.orbit.api.error.ActorFailedException}, with the exception itself as
   *     its cause where it could be rebuilt. It may complete on a thread that must not be blocked.
   *     Cancelling its {@code CompletableFuture} calls the call off.
   */
  CompletionStage<@Nullable Object> invoke(Invocation invocation);

  /**
   * Called before the first reference of a contract is made.
   *
   * @throws dev.orbit.api.error.ConfigurationException with {@code BAD_CONTRACT} if no codec takes
   *     its types
   */
  default void check(ActorContract contract) {}
}
