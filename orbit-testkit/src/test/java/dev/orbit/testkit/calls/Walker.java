package dev.orbit.testkit.calls;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import java.util.List;

/** Goes from actor to actor. */
@ActorType("test.Walker")
public interface Walker extends ActorWithStringKey {
  /** Calls the first of these, which goes on to the rest; gives the number of steps. */
  int walk(List<String> path);

  /** Waits until so many have come to the meeting, then walks. */
  int meet(String meeting, int parties, List<String> path);

  /** Takes a while, then walks. */
  int stroll(int millis, List<String> path);
}
