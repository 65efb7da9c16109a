package dev.orbit.examples.presence;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.ReadOnly;
import java.util.List;

// region: contract
/** A room, named by what is talked about. */
@ActorType("presence.Room")
public interface Room extends ActorWithStringKey {
  /** From now on the member hears what is said; a reference is an argument like any other. */
  void enter(Member member);

  void leave(Member member);

  /** Tells everybody who is here; returns how many that are. */
  int say(String from, String text);

  /** Does not wait for other calls that only look. */
  @ReadOnly
  List<Member> members();
}
// endregion
