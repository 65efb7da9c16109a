package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.contract.ResultKind;
import dev.orbit.transport.telemetry.Telemetry;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Runs one call on an instance and answers it. */
final class Turn {
  private Turn() {}

  /** Runs a call that has begun; returns when the turn is over, also that of a stage. */
  static void run(HostingContext context, Instance instance, Call call) {
    if (!context.lease().isHeld()) {
      call.refuseBegun(Refusals.leaseLost(call, context.node()));
      return;
    }
    if (call.context().isExpired(context.environment().nanoTime())) {
      call.refuseBegun(Refusals.expired(call, context.node()));
      return;
    }
    @Nullable Object[] arguments;
    try {
      arguments = call.arguments().take();
    } catch (OrbitException e) {
      call.refuseBegun(e);
      return;
    }
    CallContext.run(
        call.context().within(call.target()), () -> invoke(context, instance, call, arguments));
  }

  private static void invoke(
      HostingContext context, Instance instance, Call call, @Nullable Object[] arguments) {
    @Nullable Object value = null;
    Throwable failure = null;
    try {
      value =
          context.telemetry().isOn()
              ? measured(context.telemetry(), instance, call, arguments)
              : settled(call, instance.call(call, arguments));
    } catch (ExecutionException e) {
      failure = e.getCause() == null ? e : e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (Throwable e) {
      failure = e;
    }
    if (!context.lease().isHeld()) {
      call.abandon(context.node().key());
    } else if (failure == null) {
      call.returned(value);
    } else {
      call.threw(failure);
    }
  }

  private static @Nullable Object measured(
      Telemetry telemetry, Instance instance, Call call, @Nullable Object[] arguments)
      throws Throwable {
    Telemetry.CallSpan span =
        telemetry.turn(
            call.target().type() + "/" + call.method().wireName(), call.context().trace());
    Throwable failure = null;
    try (Scope _ = span.makeCurrent()) {
      return settled(call, instance.call(call, arguments));
    } catch (Throwable e) {
      failure = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
      throw e;
    } finally {
      span.end(failure);
    }
  }

  /** The value of a stage: its turn is over only when it is complete. */
  private static @Nullable Object settled(Call call, @Nullable Object result)
      throws ExecutionException, InterruptedException {
    if (call.method().resultKind() != ResultKind.STAGE) {
      return result;
    }
    if (result == null) {
      throw new IllegalStateException(call.method() + " returned null in place of a stage");
    }
    return ((CompletionStage<?>) result).toCompletableFuture().get();
  }
}
