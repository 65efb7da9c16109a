package dev.orbit.api.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something on the way was full, and the call surely had no effect. {@link #retryAfter} says when
 * there should be room again, where the refusing end could tell. The runtime has waited that long
 * and repeated the call by itself, until its deadline or until such repetitions were a tenth of all
 * calls; whoever gets this should do less for a while rather than repeat at once.
 */
public final class OverloadedException extends NotExecutedException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(
      String description, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    super(ErrorCode.OVERLOADED, description, cause, retryAfter);
  }
}
