package dev.orbit.client.internal.call;

import dev.orbit.api.error.NotExecutedException;
import java.util.concurrent.CompletionException;

/**
 * Another process has answered that the call did not run there. Whoever repeats it then sends it
 * once more than once; after a failure without this one nothing has reached anybody.
 */
public final class RefusedElsewhere extends CompletionException {
  private static final long serialVersionUID = 1L;

  /** That it was refused for {@code reason}. */
  public RefusedElsewhere(NotExecutedException reason) {
    super(reason);
  }
}
