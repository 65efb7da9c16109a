package dev.orbit.runtime.internal.hosting;

import org.jspecify.annotations.Nullable;

/** The arguments of a call, before they are decoded. */
@FunctionalInterface
public interface Arguments {
  /**
   * Decodes them; called at most once, by the thread that runs the turn.
   *
   * @throws dev.orbit.api.error.NotExecutedException with {@code BAD_ARGUMENTS}
   */
  @Nullable Object[] take();
}
