package dev.orbit.client.internal.call;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import java.util.concurrent.CompletableFuture;
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

  /**
   * Begins a call of many actors, as {@link #invoke}; cancelling it leaves them to themselves.
   *
   * @return completes by the deadline with how it went with each; fails with {@code
   *     UNSUPPORTED_MESSAGE} where single calls are all that can be carried
   */
  default CompletionStage<Content.GroupResponse> gather(GroupInvocation invocation) {
    return CompletableFuture.failedFuture(singleCallsOnly(invocation));
  }

  /**
   * Decodes a result of a call of many.
   *
   * @throws dev.orbit.api.error.ActorFailedException with {@code BAD_RESULT}
   */
  default @Nullable Object decode(MethodContract method, Payload result) {
    throw singleCallsOnly(method);
  }

  private static OrbitException singleCallsOnly(Object what) {
    return OrbitException.of(
        ErrorCode.UNSUPPORTED_MESSAGE,
        "%s: what carries these calls takes one actor at a time".formatted(what));
  }
}
