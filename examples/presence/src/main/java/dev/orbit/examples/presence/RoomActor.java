package dev.orbit.examples.presence;

import dev.orbit.api.ActorContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Keeps references, which are equal when they name the same actor. */
public final class RoomActor implements Room {
  private final String name;
  private final Set<Member> members = new LinkedHashSet<>();

  public RoomActor(ActorContext context) {
    this.name = context.address().key().toString();
  }

  // region: say
  @Override
  public void enter(Member member) {
    members.add(member);
  }

  @Override
  public void leave(Member member) {
    members.remove(member);
  }

  @Override
  public int say(String from, String text) {
    // Each of these calls returns as soon as it is queued.
    members.forEach(member -> member.heard(name, from, text));
    return members.size();
  }

  // endregion

  @Override
  public List<Member> members() {
    return List.copyOf(members);
  }
}
