package dev.orbit.client.internal.call;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.proto.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * What a call carries on to the calls made within it.
 *
 * <p>While a turn runs, the context of its call is bound with the actor itself at the end of the
 * chain. Immutable.
 *
 * @param deadlineNanos when the caller stops waiting, by {@link
 *     dev.orbit.api.env.Environment#nanoTime} of this process
 * @param chain the actors that wait for this call, outermost first
 * @param trace the W3C trace context by header name
 * @param principal the SPIFFE ID of the client outside the cluster with whose call the chain began;
 *     empty where there was none or it has proven nothing
 */
public record CallContext(
    long deadlineNanos,
    List<AddressableReference> chain,
    Map<String, String> trace,
    String principal) {
  private static final ScopedValue<CallContext> CURRENT = ScopedValue.newInstance();

  private static final long NANOS_PER_MICRO = 1_000;

  public CallContext {
    chain = List.copyOf(chain);
    trace = Map.copyOf(trace);
  }

  /** The context of the turn that this thread runs; empty outside turns. */
  public static Optional<CallContext> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Runs {@code action} with {@code context} as the current one. */
  public static void run(CallContext context, Runnable action) {
    ScopedValue.where(CURRENT, context).run(action);
  }

  /** Calls {@code action} with {@code context} as the current one. */
  public static <T> T call(CallContext context, Callable<T> action) throws Exception {
    return ScopedValue.where(CURRENT, context).call(action::call);
  }

  /** The context of a call that nobody waits for but its own caller. */
  public static CallContext root(long nowNanos, Duration timeout) {
    return new CallContext(nowNanos + timeout.toNanos(), List.of(), Map.of(), "");
  }

  /**
   * The context of a call made now: within the current turn if there is one, so that it ends no
   * later than the turn's own call; else a root.
   */
  public static CallContext ofCallMadeNow(long nowNanos, Duration timeout) {
    return CURRENT.isBound() ? CURRENT.get().nested(nowNanos, timeout) : root(nowNanos, timeout);
  }

  /**
   * The context of a call that came over the wire.
   *
   * @param withoutDeadline how long a call may take whose sender set no deadline
   */
  public static CallContext received(Headers headers, long nowNanos, Duration withoutDeadline) {
    long remaining =
        headers.remainingMicros() == 0
            ? withoutDeadline.toNanos()
            : Math.min(headers.remainingMicros(), Long.MAX_VALUE / (4 * NANOS_PER_MICRO))
                * NANOS_PER_MICRO;
    return new CallContext(
        nowNanos + remaining, headers.callChain(), headers.trace(), headers.principal());
  }

  /** The same for a call that none of the actors waits for. */
  public CallContext withoutChain() {
    return new CallContext(deadlineNanos, List.of(), trace, principal);
  }

  /** The same as a part of that trace. */
  public CallContext withTrace(Map<String, String> headers) {
    return new CallContext(deadlineNanos, chain, headers, principal);
  }

  /** The same on behalf of that client. */
  public CallContext onBehalfOf(String client) {
    return new CallContext(deadlineNanos, chain, trace, client);
  }

  /** The context to bind while {@code actor} runs a turn for this call. */
  public CallContext within(AddressableReference actor) {
    List<AddressableReference> longer = new ArrayList<>(chain.size() + 1);
    longer.addAll(chain);
    longer.add(actor);
    return new CallContext(deadlineNanos, longer, trace, principal);
  }

  /** The context of a call made within this one: its deadline is the earlier of both. */
  public CallContext nested(long nowNanos, Duration timeout) {
    long own = nowNanos + timeout.toNanos();
    return new CallContext(own - deadlineNanos < 0 ? own : deadlineNanos, chain, trace, principal);
  }

  /** How long the caller still waits; not positive once it does not. */
  public long remainingNanos(long nowNanos) {
    return deadlineNanos - nowNanos;
  }

  /** Whether the caller has stopped waiting. */
  public boolean isExpired(long nowNanos) {
    return remainingNanos(nowNanos) <= 0;
  }

  /**
   * The headers under which the call travels, without a view or incarnations. The remaining time is
   * at least one microsecond, because 0 says that there is no deadline.
   */
  public Headers headers(long nowNanos) {
    long micros = Math.max(1, remainingNanos(nowNanos) / NANOS_PER_MICRO);
    return new Headers(micros, 0, 0, 0, chain, trace, principal);
  }
}
