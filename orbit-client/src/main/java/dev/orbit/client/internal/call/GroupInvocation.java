package dev.orbit.client.internal.call;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.Content;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call of one method of many actors.
 *
 * @param targets the actors; empty when all are meant that are in memory
 * @param active whether all actors of the contract are meant that are in memory
 * @param arguments as {@link Invocation#arguments}
 */
public record GroupInvocation(
    List<AddressableReference> targets,
    boolean active,
    ActorContract contract,
    MethodContract method,
    @Nullable Object[] arguments,
    CallContext context) {
  public GroupInvocation {
    targets = List.copyOf(targets);
  }

  /** The call of one of them. */
  public Invocation of(AddressableReference target) {
    return new Invocation(target, contract, method, arguments, context);
  }

  /** As it travels. */
  public Content.GroupRequest content() {
    return new Content.GroupRequest(
        targets,
        active ? Optional.of(contract.typeName()) : Optional.empty(),
        method.wireName(),
        false);
  }

  @Override
  public String toString() {
    return (active ? "all active " + contract.typeName() : targets.size() + " actors")
        + "."
        + method.wireName();
  }
}
