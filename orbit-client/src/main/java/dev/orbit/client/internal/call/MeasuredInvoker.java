package dev.orbit.client.internal.call;

import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import dev.orbit.transport.telemetry.Telemetry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Measures and traces the calls of another invoker. Thread-safe. */
public final class MeasuredInvoker implements Invoker {
  private final Invoker invoker;
  private final Telemetry telemetry;

  private MeasuredInvoker(Invoker invoker, Telemetry telemetry) {
    this.invoker = invoker;
    this.telemetry = telemetry;
  }

  /** The invoker, measured; itself where telemetry is off. */
  public static Invoker around(Invoker invoker, Telemetry telemetry) {
    return telemetry.isOn() ? new MeasuredInvoker(invoker, telemetry) : invoker;
  }

  @Override
  public void check(ActorContract contract) {
    invoker.check(contract);
  }

  @Override
  @SuppressWarnings("NullAway") // It does not see that a lambda's T is the nullable one given.
  public CompletionStage<@Nullable Object> invoke(Invocation invocation) {
    CallContext context = invocation.context();
    Telemetry.CallSpan span =
        telemetry.called(
            invocation.target().type(), invocation.method().wireName(), context.chain().isEmpty());
    CompletionStage<@Nullable Object> outcome;
    try {
      outcome = invoker.invoke(span.isTraced() ? traced(invocation, span) : invocation);
    } catch (RuntimeException e) {
      span.end(e);
      throw e;
    }
    CompletableFuture<@Nullable Object> future = outcome.toCompletableFuture();
    // The stage itself is handed on, so that cancelling it still calls the call off.
    var _ = future.whenComplete((_, failure) -> span.end(failure == null ? null : cause(failure)));
    return future;
  }

  private static Invocation traced(Invocation invocation, Telemetry.CallSpan span) {
    CallContext context = invocation.context();
    return new Invocation(
        invocation.target(),
        invocation.contract(),
        invocation.method(),
        invocation.arguments(),
        context.withTrace(span.trace(context.trace())));
  }

  /** One measurement for all of the group. */
  @Override
  public CompletionStage<Content.GroupResponse> gather(GroupInvocation invocation) {
    CallContext context = invocation.context();
    Telemetry.CallSpan span =
        telemetry.called(
            invocation.contract().typeName(),
            invocation.method().wireName(),
            context.chain().isEmpty());
    CompletableFuture<Content.GroupResponse> answer =
        invoker
            .gather(
                new GroupInvocation(
                    invocation.targets(),
                    invocation.active(),
                    invocation.contract(),
                    invocation.method(),
                    invocation.arguments(),
                    context.withTrace(span.trace(context.trace()))))
            .toCompletableFuture();
    var _ = answer.whenComplete((_, failure) -> span.end(failure == null ? null : cause(failure)));
    return answer;
  }

  @Override
  public @Nullable Object decode(MethodContract method, Payload result) {
    return invoker.decode(method, result);
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
