package dev.orbit.client.internal.reference;

import dev.orbit.api.CallSettings;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.CallingTurn;
import dev.orbit.client.internal.call.CurrentTurn;
import dev.orbit.client.internal.call.EndsByDeadline;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.call.Invoker;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.contract.ResultKind;
import dev.orbit.proto.CallLink;
import dev.orbit.proto.CallScope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
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
  private final CallSettings settings;

  Calls(Environment environment, Invoker invoker, CallOptions options, CallSettings settings) {
    this.environment = environment;
    this.invoker = invoker;
    this.options = options;
    this.settings = settings;
  }

  /** Refuses what is set for the contract and cannot be. */
  void check(ActorContract contract) {
    options.check(contract);
  }

  CallSettings settings() {
    return settings;
  }

  Calls with(CallSettings more) {
    return more.equals(CallSettings.NONE)
        ? this
        : new Calls(environment, invoker, options, settings.and(more));
  }

  /** Makes a call, and waits for its result unless the method gives a stage. */
  @SuppressWarnings("FutureReturnValueIgnored") // The stage is what the caller asked for.
  @Nullable Object call(
      AddressableReference target,
      ActorContract contract,
      MethodContract method,
      @Nullable Object[] arguments)
      throws Throwable {
    long now = environment.nanoTime();
    CallingTurn turn = CurrentTurn.get();
    CallContext context = context(method, turn, now);
    Invocation invocation = new Invocation(target, contract, method, arguments, context);
    checkChain(invocation);
    if (method.resultKind() == ResultKind.STAGE) {
      return stage(begin(invocation, now), invocation, turn, now);
    }
    if (turn == null || method.oneWay()) {
      return await(begin(invocation, now), invocation, now);
    }
    turn.waits(invocation.link(), now);
    try {
      return await(begin(invocation, now), invocation, now);
    } finally {
      turn.goesOn();
    }
  }

  /** Makes a call without waiting for it, whatever the method gives. */
  CompletableFuture<@Nullable Object> start(
      AddressableReference target,
      ActorContract contract,
      MethodContract method,
      @Nullable Object[] arguments) {
    long now = environment.nanoTime();
    CallingTurn turn = CurrentTurn.get();
    Invocation invocation =
        new Invocation(target, contract, method, arguments, context(method, turn, now));
    checkChain(invocation);
    return stage(begin(invocation, now), invocation, turn, now);
  }

  /** The context of a call that is made now, within the current turn if there is one. */
  CallContext contextNow(MethodContract method) {
    return context(method, CurrentTurn.get(), environment.nanoTime());
  }

  /** How long callers of a method wait. */
  Duration timeout(MethodContract method) {
    return settings
        .timeout()
        .or(() -> options.configured(method))
        .or(method.traits()::timeout)
        .orElse(options.timeout());
  }

  private CallContext context(MethodContract method, @Nullable CallingTurn turn, long now) {
    Duration timeout = timeout(method);
    CallContext context =
        turn == null
            ? CallContext.root(now, timeout)
            : turn.context().nested(now, timeout, turn.nextCallId());
    return context.with(settings.baggage());
  }

  private CompletableFuture<@Nullable Object> begin(Invocation invocation, long now) {
    return invocation.context().isExpired(now)
        ? CompletableFuture.failedFuture(expired(invocation))
        : invoker.invoke(invocation).toCompletableFuture();
  }

  private void checkChain(Invocation invocation) {
    List<CallLink> chain = invocation.context().chain();
    if (chain.size() > CallScope.MAX_CHAIN) {
      throw new NotExecutedException(
          ErrorCode.CALL_CHAIN_TOO_LONG,
          "%s was not called: %d turns wait for one another already, which is the most; the last of them: %s"
              .formatted(
                  invocation, CallScope.MAX_CHAIN, chain.subList(chain.size() - 4, chain.size())));
    }
    // Merging may have exceeded what each part kept.
    if (!settings.baggage().isEmpty()) {
      var _ = new CallSettings(Optional.empty(), invocation.context().call().baggage());
    }
  }

  private static OrbitException expired(Invocation invocation) {
    return new NotExecutedException(
        ErrorCode.DEADLINE_BEFORE_EXECUTION,
        "%s was not called: the deadline of the calling turn has passed".formatted(invocation));
  }

  private CompletableFuture<@Nullable Object> stage(
      CompletableFuture<@Nullable Object> outcome,
      Invocation invocation,
      @Nullable CallingTurn turn,
      long began) {
    CallStage given = new CallStage(environment, turn, invocation, began);
    if (turn != null) {
      turn.began(invocation.link(), given);
    }
    given.endAs(outcome);
    return given;
  }

  private @Nullable Object await(
      CompletableFuture<@Nullable Object> outcome, Invocation invocation, long began)
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
      throw Failures.surface(e, invocation, environment.nanoTime() - began);
    }
  }

  /**
   * Waits in real time, but gives up by the environment's clock only: under virtual time an hour of
   * deadline may pass in an instant, and a second of thinking must not.
   */
  private @Nullable Object get(CompletableFuture<@Nullable Object> outcome, Invocation invocation)
      throws InterruptedException, ExecutionException {
    if (outcome instanceof EndsByDeadline) {
      return outcome.get();
    }
    while (true) {
      long left = invocation.context().remainingNanos(environment.nanoTime()) + GRACE_NANOS;
      if (left <= 0) {
        outcome.cancel(true);
        throw new OutcomeUnknownException(
            ErrorCode.DEADLINE_DURING_EXECUTION,
            "%s was not answered by its deadline; it may have run".formatted(invocation));
      }
      try {
        return outcome.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        // The clock decides, above.
      }
    }
  }
}
