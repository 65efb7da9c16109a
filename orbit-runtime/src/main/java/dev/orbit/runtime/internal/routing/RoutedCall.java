package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.proto.Content.InvocationReason;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Payload;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way, its arguments encoded.
 *
 * @param method the name on the wire
 * @param text the arguments as a JSON array; empty when there is a payload
 * @param oneWay whether the caller takes no answer
 * @param readOnly whether it is known to change nothing, so that it may run twice
 * @param context deadline, chain and trace
 * @param passedOn how often it was sent before it came here, and by which view; nothing when it
 *     begins here
 */
record RoutedCall(
    AddressableReference target,
    String method,
    String text,
    @Nullable Payload payload,
    boolean oneWay,
    boolean readOnly,
    CallContext context,
    PassedOn passedOn) {

  /** A call of which it is not known whether it changes anything. */
  RoutedCall(
      AddressableReference target,
      String method,
      String text,
      @Nullable Payload payload,
      boolean oneWay,
      CallContext context,
      PassedOn passedOn) {
    this(target, method, text, payload, oneWay, false, context, passedOn);
  }

  /**
   * How a call came here.
   *
   * @param attempts how often it was sent before
   * @param viewVersion the view by which its sender chose this node; 0 for none
   * @param placed whether the owner of the actor's partition sent it here because the actor is
   *     here, or is to be
   * @param sender the node that sent it; empty for a client
   * @param credit what its caller's node has heard of calls that found no room, as {@link
   *     Headers#credit}
   */
  record PassedOn(
      int attempts, long viewVersion, boolean placed, Optional<NodeId> sender, long credit) {
    static final PassedOn BEGINS_HERE =
        new PassedOn(0, 0, false, Optional.empty(), Headers.NOTHING_HEARD);
  }

  /** As {@link PassedOn#credit}. */
  long credit() {
    return passedOn.credit();
  }

  /** The same after its caller's node has heard that. */
  RoutedCall withCredit(long number) {
    if (number == credit()) {
      return this;
    }
    PassedOn before = passedOn;
    return new RoutedCall(
        target,
        method,
        text,
        payload,
        oneWay,
        readOnly,
        context,
        new PassedOn(
            before.attempts(), before.viewVersion(), before.placed(), before.sender(), number));
  }

  /** The same with an answer, by which this node learns that it has run. */
  RoutedCall answered() {
    return oneWay
        ? new RoutedCall(target, method, text, payload, false, readOnly, context, passedOn)
        : this;
  }

  /** Whether its caller is on this node. */
  boolean beginsHere() {
    // What others send has been sent once at least.
    return passedOn.attempts() == 0;
  }

  /** Whether this node decides where it goes: no other has sent it here. */
  boolean choosesWay() {
    return passedOn.sender().isEmpty() && !passedOn.placed();
  }

  /**
   * What is sent.
   *
   * @param rerouted whether the directory sends it on, also where it began here
   */
  Content.InvocationRequest content(boolean rerouted) {
    return new Content.InvocationRequest(
        target,
        method,
        text,
        beginsHere() && !rerouted ? InvocationReason.INVOCATION : InvocationReason.REROUTED,
        oneWay);
  }

  /** {@code type/key.method}, as in messages. */
  @Override
  public String toString() {
    return target + "." + method;
  }
}
