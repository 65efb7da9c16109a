package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.proto.Content;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The activations of this node, as the directory sees them. Thread-safe; never blocks. */
public interface ActivationHost {
  /** Whether it takes new activations, and holds its lease. */
  boolean mayActivate();

  /** The grant of the activation that the actor has here; null if it has none. */
  @Nullable Grant grantOf(AddressableReference address);

  /**
   * Makes the activation with these calls in its mailbox, in their order, before anybody can find
   * it. Called under the monitor of the partition, when there is none.
   *
   * @param calls those that have waited for it, and what follows them: an arrival that {@linkplain
   *     Arrival#activates activates} nothing is delivered after the others, and makes no activation
   * @param carried what the activation before has left to it
   * @return false if it could not be made: all calls were refused
   */
  boolean activate(
      AddressableReference address,
      Grant grant,
      List<Arrival> calls,
      Optional<Content.Carried> carried);

  /** Shows every activation; may miss those that begin or end meanwhile. */
  void forEach(BiConsumer<AddressableReference, Grant> visitor);
}
