package dev.orbit.proto;

import java.util.Map;

/**
 * What travels with a message beside its content.
 *
 * @param remainingMicros how long the sender still waits; 0 when it set no deadline
 * @param viewVersion the view by which the target was chosen; 0 from a sender without one
 * @param targetIncarnation the life of the target that is meant; 0 for any
 * @param sourceIncarnation the life of the sender; 0 from a client
 * @param call which call it is and within which turns it is made
 * @param trace the W3C trace context by header name
 * @param principal the SPIFFE ID of the client that called first; empty for none
 * @param placed whether the owner of the actor's partition says that the target hosts the actor
 * @param credit what the sender has heard last of calls that found no room at the actor; {@value
 *     Headers#NOTHING_HEARD} for nothing, 0 where it pays no heed to that
 */
public record Headers(
    long remainingMicros,
    long viewVersion,
    long targetIncarnation,
    long sourceIncarnation,
    CallScope call,
    Map<String, String> trace,
    String principal,
    boolean placed,
    long credit) {
  /** The sender pays heed to credit, and has heard of none for the actor. */
  public static final long NOTHING_HEARD = 1;

  /** The longest SPIFFE ID that its specification allows. */
  public static final int MAX_PRINCIPAL_LENGTH = 2048;

  /** How many headers a trace context may have; the W3C knows three. */
  public static final int MAX_TRACE_ENTRIES = 16;

  /** How many characters they may have together, names and values. */
  public static final int MAX_TRACE_LENGTH = 16 * 1024;

  static final EntryBounds TRACE =
      new EntryBounds("trace_context", MAX_TRACE_ENTRIES, MAX_TRACE_LENGTH);

  /** No deadline, no view, no chain. */
  public static final Headers NONE =
      new Headers(0, 0, 0, 0, CallScope.NONE, Map.of(), "", false, 0);

  public Headers {
    trace = Map.copyOf(trace);
  }

  /** The same with another remaining time. */
  public Headers withRemainingMicros(long micros) {
    return new Headers(
        micros,
        viewVersion,
        targetIncarnation,
        sourceIncarnation,
        call,
        trace,
        principal,
        placed,
        credit);
  }

  /** The same for a target that was chosen by that view. */
  public Headers withTarget(long version, long incarnation) {
    return new Headers(
        remainingMicros,
        version,
        incarnation,
        sourceIncarnation,
        call,
        trace,
        principal,
        placed,
        credit);
  }

  /**
   * The same, said by the owner of the actor's partition or not.
   *
   * @param heard as {@link #credit}
   */
  public Headers withPlaced(boolean byOwner, long heard) {
    return new Headers(
        remainingMicros,
        viewVersion,
        targetIncarnation,
        sourceIncarnation,
        call,
        trace,
        principal,
        byOwner,
        heard);
  }
}
