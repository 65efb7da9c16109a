package dev.orbit.runtime.internal.routing;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.ReadOnly;

/** Does in its turn what a test tells it, step by step. */
@ActorType("test.Party")
public interface Party extends ActorWithStringKey {
  /** Tells how many of its own calls were answered. */
  int attend();

  /** The same beside others that only look; the test knows its turn by that name. */
  @ReadOnly
  int look(String as);
}
