package dev.orbit.runtime.internal.directory;

import dev.orbit.proto.Content;
import java.util.Optional;

/**
 * How an activation has left.
 *
 * @param moves whether its actor is to be elsewhere: calls that still come here go back to the
 *     owner, in their order, once that has been told
 * @param carried what the next activation is to find in memory
 */
public record Parting(boolean moves, Optional<Content.Carried> carried) {
  /** It is over, and that is all. */
  public static final Parting ENDED = new Parting(false, Optional.empty());
}
