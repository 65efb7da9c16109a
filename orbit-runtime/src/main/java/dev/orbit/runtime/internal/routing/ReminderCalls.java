package dev.orbit.runtime.internal.routing;

import dev.orbit.api.Reminder;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.registration.RuntimeMethods;
import dev.orbit.runtime.internal.reminder.Delivery;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Delivers reminders as calls, routed as any other, also to actors of types that this node does not
 * host. Thread-safe; never blocks.
 */
final class ReminderCalls implements Delivery {
  private final Environment environment;
  private final Router router;
  private final Codecs codecs;
  private final Duration timeout;

  ReminderCalls(Environment environment, Router router, Codecs codecs, Duration timeout) {
    this.environment = environment;
    this.router = router;
    this.codecs = codecs;
    this.timeout = timeout;
  }

  @Override
  public CompletableFuture<@Nullable Object> deliver(
      AddressableReference actor, Reminder reminder) {
    RoutedCall call =
        new RoutedCall(
            actor,
            RuntimeMethods.ON_REMINDER,
            "",
            codecs.encodeArguments(
                RuntimeMethods.onReminder(actor.type()), new @Nullable Object[] {reminder}),
            false,
            CallContext.root(environment.nanoTime(), timeout),
            RoutedCall.PassedOn.BEGINS_HERE);
    return router.route(call, RetryPolicy::isRetryable).thenApply(ReminderCalls::ran);
  }

  private static @Nullable Object ran(Reply reply) {
    if (reply.content() instanceof Content.InvocationError error) {
      throw OrbitException.of(error.code().orElse(ErrorCode.ACTOR_FAILED), error.description());
    }
    if (!(reply.content() instanceof Content.InvocationResponse)) {
      throw OrbitException.of(
          ErrorCode.PROTOCOL_VIOLATION, "a reminder was answered by " + reply.content());
    }
    return null;
  }
}
