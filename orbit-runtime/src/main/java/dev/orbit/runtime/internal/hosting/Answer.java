package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OverloadedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way back to a caller. One of its methods that end a call is called, once. Must not block. */
public interface Answer {
  /** The method returned; null also when it returns nothing. */
  void returned(@Nullable Object value);

  /** The method threw. */
  void threw(Throwable failure);

  /** The method was not run, or its outcome cannot be told. */
  void refused(OrbitException reason);

  /** The node that sent the call here; empty where it was made here, or a client made it here. */
  default Optional<NodeId> sender() {
    return Optional.empty();
  }

  /** What the caller's node has heard of calls that found no room; 0 if it pays no heed to that. */
  default long credit() {
    return 0;
  }

  /** Whether the caller's node hears of a refusal. */
  default boolean isHeard() {
    return true;
  }

  /**
   * The method was not run, because the actor's mailbox has no room. Called of one actor in the
   * order of the calls, and only where {@link #credit} is not 0.
   *
   * @param number what the calls have to carry that follow
   */
  default void noRoom(OverloadedException reason, long number) {
    refused(reason);
  }
}
