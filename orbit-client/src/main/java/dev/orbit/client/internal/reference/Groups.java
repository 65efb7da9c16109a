package dev.orbit.client.internal.reference;

import dev.orbit.api.Actor;
import dev.orbit.api.ActorCall;
import dev.orbit.api.Gathered;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.call.GroupInvocation;
import dev.orbit.client.internal.call.Invoker;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.ResultKind;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the calls to many actors. Thread-safe; blocks the caller until the last answer. */
final class Groups {
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Environment environment;
  private final Invoker invoker;
  private final Calls calls;

  /** Of calls that are made as {@code calls} makes single ones. */
  Groups(Environment environment, Invoker invoker, Calls calls) {
    this.environment = environment;
    this.invoker = invoker;
    this.calls = calls;
  }

  /**
   * Calls them.
   *
   * @param targets the actors; null for all that are in memory
   * @param reference makes a reference of an address
   */
  <A extends Actor, R> Gathered<A, R> call(
      Class<A> type,
      ActorContract contract,
      @Nullable List<AddressableReference> targets,
      ActorCall<? super A, ? extends R> call,
      Function<AddressableReference, A> reference) {
    Recorder.Taken taken = Recorder.take(type, contract, actor -> call.on(actor));
    if (targets != null && targets.isEmpty()) {
      return new Gathered<>(Map.of(), Map.of(), Map.of());
    }
    if (targets != null && targets.size() > Content.GroupRequest.MAX_GROUP) {
      throw new IllegalArgumentException(
          "%d actors are to be called at once; the most is %d: call them in several groups"
              .formatted(targets.size(), Content.GroupRequest.MAX_GROUP));
    }
    long began = environment.nanoTime();
    GroupInvocation invocation =
        new GroupInvocation(
            targets == null ? List.of() : targets,
            targets == null,
            contract,
            taken.method(),
            taken.arguments(),
            calls.contextNow(taken.method()));
    return gathered(await(invocation), invocation, reference, began);
  }

  private <A extends Actor, R> Gathered<A, R> gathered(
      Content.GroupResponse response,
      GroupInvocation invocation,
      Function<AddressableReference, A> reference,
      long began) {
    long waitedNanos = environment.nanoTime() - began;
    Map<AddressableReference, Content.GroupOutcome> byActor = new LinkedHashMap<>();
    invocation.targets().forEach(target -> byActor.put(target, lost(target, invocation)));
    response.outcomes().forEach(outcome -> byActor.put(outcome.reference(), outcome));
    Map<A, @Nullable R> results = new LinkedHashMap<>();
    Map<A, Throwable> failures = new LinkedHashMap<>();
    for (Content.GroupOutcome outcome : byActor.values()) {
      A actor = reference.apply(outcome.reference());
      try {
        @SuppressWarnings("unchecked") // The contract says what the method returns.
        @Nullable R value = (R) result(outcome, invocation);
        results.put(actor, value);
      } catch (OrbitException e) {
        failures.put(actor, Failures.surface(e, invocation.of(outcome.reference()), waitedNanos));
      }
    }
    Map<NodeId, Throwable> gaps = new LinkedHashMap<>();
    for (Content.GroupGap gap : response.gaps()) {
      gaps.put(
          gap.node(),
          OrbitException.of(
              gap.error().code().orElse(ErrorCode.CONNECTION_LOST), gap.error().description()));
    }
    return new Gathered<>(results, failures, gaps);
  }

  private static Content.GroupOutcome lost(
      AddressableReference target, GroupInvocation invocation) {
    return new Content.GroupOutcome(
        target,
        Optional.of(
            ErrorMapping.refused(
                new OutcomeUnknownException(
                    ErrorCode.CONNECTION_LOST,
                    "%s was not answered within the answers to its group; it may have run"
                        .formatted(invocation.of(target))))),
        Optional.empty());
  }

  private @Nullable Object result(Content.GroupOutcome outcome, GroupInvocation invocation) {
    if (outcome.error().isPresent()) {
      throw ErrorMapping.toException(outcome.error().get(), invocation.of(outcome.reference()));
    }
    Object value =
        outcome.result().map(result -> invoker.decode(invocation.method(), result)).orElse(null);
    return invocation.method().resultKind() == ResultKind.STAGE
        ? CompletableFuture.completedFuture(value)
        : value;
  }

  private Content.GroupResponse await(GroupInvocation invocation) {
    CompletableFuture<Content.GroupResponse> answer =
        invoker.gather(invocation).toCompletableFuture();
    try {
      while (true) {
        long left = invocation.context().remainingNanos(environment.nanoTime()) + GRACE_NANOS;
        if (left <= 0) {
          answer.cancel(true);
          throw new OutcomeUnknownException(
              ErrorCode.DEADLINE_DURING_EXECUTION,
              "%s was not answered by its deadline (timeout %s); it may have run"
                  .formatted(invocation, calls.timeout(invocation.method())));
        }
        try {
          return answer.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
          // The environment's clock decides, above.
        }
      }
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new OutcomeUnknownException(
          ErrorCode.CANCELLED_DURING_EXECUTION,
          "the caller of %s was interrupted while it waited; it may have run".formatted(invocation),
          e);
    } catch (ExecutionException e) {
      throw failure(e.getCause(), invocation);
    }
  }

  private static OrbitException failure(@Nullable Throwable cause, GroupInvocation invocation) {
    Throwable inner =
        cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    if (inner instanceof OrbitException known) {
      return OrbitException.of(known.code(), known.description(), known);
    }
    return new OutcomeUnknownException(
        ErrorCode.CONNECTION_LOST,
        "%s failed within the runtime: %s; it may have run".formatted(invocation, inner),
        inner);
  }
}
