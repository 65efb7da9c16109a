package dev.orbit.runtime.state;

import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import java.util.Optional;

/** What a database is asked to do. */
sealed interface Operation {
  StateKey key();

  /** See {@link dev.orbit.api.state.StateStore#claim}. */
  record Claim(StateKey key, Fence fence) implements Operation {}

  /** See {@link dev.orbit.api.state.StateStore#write}. */
  record Write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value)
      implements Operation {}
}
