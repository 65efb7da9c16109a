package dev.orbit.examples.presence;

import dev.orbit.api.ActorContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Remembers the last lines for as long as it is in memory. */
public final class MemberActor implements Member {
  private static final int MOST_LINES = 100;

  private final ActorContext context;
  private final Deque<String> lines = new ArrayDeque<>();

  public MemberActor(ActorContext context) {
    this.context = context;
  }

  @Override
  public void signIn(Duration atLeast) {
    context.keepAlive(atLeast);
  }

  @Override
  public void heard(String room, String from, String text) {
    if (lines.size() == MOST_LINES) {
      lines.removeFirst();
    }
    lines.addLast("%s in %s: %s".formatted(from, room, text));
  }

  @Override
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public Optional<String> statusIfThere() {
    return Optional.of("%s has heard %d lines".formatted(context.address().key(), lines.size()));
  }
}
