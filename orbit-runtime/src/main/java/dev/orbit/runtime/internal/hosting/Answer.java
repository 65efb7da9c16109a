package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.error.OrbitException;
import org.jspecify.annotations.Nullable;

/** The way back to a caller. One of its methods is called, once. Must not block. */
public interface Answer {
  /** The method returned; null also when it returns nothing. */
  void returned(@Nullable Object value);

  /** The method threw. */
  void threw(Throwable failure);

  /** The method was not run, or its outcome cannot be told. */
  void refused(OrbitException reason);
}
