package dev.orbit.runtime.state;

import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredState;
import java.util.Optional;

/**
 * What a database is asked to do, atomically.
 *
 * @param <R> what it answers
 */
sealed interface Operation<R> {
  /** What it is about, for messages. */
  Object subject();

  /** An operation of the state of one actor. */
  sealed interface OfState<R> extends Operation<R> {
    StateKey key();

    @Override
    default Object subject() {
      return key();
    }
  }

  /** See {@link dev.orbit.api.state.StateStore#claim}. */
  record Claim(StateKey key, Fence fence) implements OfState<StoredState> {}

  /** See {@link dev.orbit.api.state.StateStore#write}. */
  record Write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value)
      implements OfState<Long> {}
}
