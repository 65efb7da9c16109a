package dev.orbit.client.internal.call;

import dev.orbit.proto.CallLink;
import dev.orbit.proto.CallScope;
import dev.orbit.proto.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a call carries on to the calls made within it. Immutable.
 *
 * @param deadlineNanos when the caller stops waiting, by {@link
 *     dev.orbit.api.env.Environment#nanoTime} of this process
 * @param call which call it is, and the turns that wait for it
 * @param trace the W3C trace context by header name
 * @param principal the SPIFFE ID of the client outside the cluster with whose call the chain began;
 *     empty where there was none or it has proven nothing
 */
public record CallContext(
    long deadlineNanos, CallScope call, Map<String, String> trace, String principal) {
  private static final long NANOS_PER_MICRO = 1_000;

  /** By how much at most a host gives up before the caller: a way back and two ticks. */
  private static final long EARLIER_NANOS = 25_000_000;

  public CallContext {
    trace = Map.copyOf(trace);
  }

  /** What calls made now by this thread inherit; empty outside turns. */
  public static Optional<CallContext> current() {
    return Optional.ofNullable(CurrentTurn.get()).map(CallingTurn::context);
  }

  /** The same with more that flows down, for a call made within it. */
  public CallContext with(Map<String, String> baggage) {
    if (baggage.isEmpty()) {
      return this;
    }
    Map<String, String> all = new HashMap<>(call.baggage());
    all.putAll(baggage);
    return new CallContext(
        deadlineNanos, new CallScope(call.callId(), chain(), all), trace, principal);
  }

  /** The context of a call that nobody waits for but its own caller. */
  public static CallContext root(long nowNanos, Duration timeout) {
    return new CallContext(nowNanos + timeout.toNanos(), CallScope.NONE, Map.of(), "");
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
    // A little earlier than the sender, so that it hears from here where the time went.
    long early = headers.remainingMicros() == 0 ? 0 : Math.min(remaining / 20, EARLIER_NANOS);
    return new CallContext(
        nowNanos + remaining - early, headers.call(), headers.trace(), headers.principal());
  }

  /** The turns that wait for this call, outermost first. */
  public List<CallLink> chain() {
    return call.chain();
  }

  /** The id of this call; 0 when no turn waits for it. */
  public long callId() {
    return call.callId();
  }

  /** The same for a call that no turn waits for. */
  public CallContext withoutChain() {
    return new CallContext(
        deadlineNanos, new CallScope(0, List.of(), call.baggage()), trace, principal);
  }

  /** The same as a part of that trace. */
  public CallContext withTrace(Map<String, String> headers) {
    return new CallContext(deadlineNanos, call, headers, principal);
  }

  /** The same on behalf of that client. */
  public CallContext onBehalfOf(String client) {
    return new CallContext(deadlineNanos, call, trace, client);
  }

  /** What calls inherit that are made in the turn that runs this call. */
  public CallContext within(CallLink turn) {
    List<CallLink> longer = new ArrayList<>(chain().size() + 1);
    longer.addAll(chain());
    longer.add(turn);
    return new CallContext(
        deadlineNanos, new CallScope(turn.callId(), longer, call.baggage()), trace, principal);
  }

  /** The context of a call made within this one: its deadline is the earlier of both. */
  public CallContext nested(long nowNanos, Duration timeout, long callId) {
    long own = nowNanos + timeout.toNanos();
    return new CallContext(
        own - deadlineNanos < 0 ? own : deadlineNanos,
        new CallScope(callId, chain(), call.baggage()),
        trace,
        principal);
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
    return new Headers(micros, 0, 0, 0, call, trace, principal, false, 0);
  }
}
