package dev.orbit.runtime.internal.reminder;

import dev.orbit.api.Reminder;
import dev.orbit.api.address.AddressableReference;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Brings an occurrence to its actor, wherever that is. */
@FunctionalInterface
public interface Delivery {
  /**
   * Delivers one; must not block.
   *
   * @return completes when the actor's turn has ended well, or with why it did not, by the deadline
   *     of a call
   */
  CompletableFuture<@Nullable Object> deliver(AddressableReference actor, Reminder reminder);
}
