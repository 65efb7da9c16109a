package dev.orbit.client.internal.reference;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.call.Invoker;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.contract.ResultKind;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of references: sets the context, waits where the method blocks, and gives
 * failures to the caller.
 */
final class Calls {
  /**
   * How long past the deadline a caller waits for the invoker to say itself that the deadline has
   * passed, because the invoker knows whether the call was sent.
   */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Environment environment;
  private final Invoker invoker;
  private final CallOptions options;

  Calls(Environment environment, Invoker invoker, CallOptions options) {
    this.environment = environment;
    this.invoker = invoker;
    this.options = options;
  }

  @Nullable Object call(
      AddressableReference target,
      ActorContract contract,
      MethodContract method,
      @Nullable Object[] arguments)
      throws Throwable {
    long now = environment.nanoTime();
    CallContext context = CallContext.ofCallMadeNow(now, options.timeout());
    Invocation invocation = new Invocation(target, contract, method, arguments, context);
    CompletableFuture<@Nullable Object> outcome =
        context.isExpired(now)
            ? CompletableFuture.failedFuture(expired(invocation))
            : invoker.invoke(invocation).toCompletableFuture();
    return method.resultKind() == ResultKind.STAGE
        ? stage(outcome, invocation)
        : await(outcome, invocation);
  }

  private static OrbitException expired(Invocation invocation) {
    return new NotExecutedException(
        ErrorCode.DEADLINE_BEFORE_EXECUTION,
        "%s was not called: the deadline of the calling turn has passed".formatted(invocation));
  }

  private CompletableFuture<@Nullable Object> stage(
      CompletableFuture<@Nullable Object> outcome, Invocation invocation) {
    CompletableFuture<@Nullable Object> given = new CompletableFuture<>();
    var _ =
        outcome.whenCompleteAsync(
            (value, failure) -> {
              if (failure == null) {
                given.complete(value);
              } else {
                given.completeExceptionally(Failures.surface(unwrap(failure), invocation));
              }
            },
            environment.virtualThreads());
    var _ =
        given.whenComplete(
            (_, _) -> {
              if (given.isCancelled()) {
                outcome.cancel(true);
              }
            });
    return given;
  }

  private @Nullable Object await(CompletableFuture<@Nullable Object> outcome, Invocation invocation)
      throws Throwable {
    try {
      return get(outcome, invocation);
    } catch (InterruptedException e) {
      outcome.cancel(true);
      Thread.currentThread().interrupt();
      throw new OutcomeUnknownException(
          ErrorCode.CANCELLED_DURING_EXECUTION,
          "the caller of %s was interrupted while it waited; the call may have run"
              .formatted(invocation),
          e);
    } catch (CancellationException e) {
      throw new OutcomeUnknownException(
          ErrorCode.CANCELLED_DURING_EXECUTION,
          "%s was called off while it was under way; it may have run".formatted(invocation),
          e);
    } catch (ExecutionException e) {
      throw Failures.surface(unwrap(e), invocation);
    }
  }

  /**
   * Waits in real time, but gives up by the environment's clock only: under virtual time an hour of
   * deadline may pass in an instant, and a second of thinking must not.
   */
  private @Nullable Object get(CompletableFuture<@Nullable Object> outcome, Invocation invocation)
      throws InterruptedException, ExecutionException {
    while (true) {
      long left = invocation.context().remainingNanos(environment.nanoTime()) + GRACE_NANOS;
      if (left <= 0) {
        outcome.cancel(true);
        throw new OutcomeUnknownException(
            ErrorCode.DEADLINE_DURING_EXECUTION,
            "%s was not answered by its deadline (timeout %s); it may have run"
                .formatted(invocation, options.timeout()));
      }
      try {
        return outcome.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        // The clock decides, above.
      }
    }
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }
}
