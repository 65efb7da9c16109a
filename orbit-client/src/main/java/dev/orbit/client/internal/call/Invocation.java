package dev.orbit.client.internal.call;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.CallLink;
import org.jspecify.annotations.Nullable;

/**
 * A call of a method of an actor.
 *
 * @param arguments as many as the method has parameters; not to be changed, and encoded before
 *     {@link Invoker#invoke} returns
 * @param context deadline, chain and trace of this call
 */
public record Invocation(
    AddressableReference target,
    ActorContract contract,
    MethodContract method,
    @Nullable Object[] arguments,
    CallContext context) {

  /** How chains of calls name it. */
  public CallLink link() {
    return new CallLink(target, method.wireName(), context.callId());
  }

  /** {@code type/key.method}, as in messages. */
  @Override
  public String toString() {
    return target + "." + method.wireName();
  }
}
