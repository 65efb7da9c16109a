package dev.orbit.runtime.internal.routing;

import dev.orbit.api.ActorContext;
import dev.orbit.api.error.OrbitException;
import java.util.Optional;

/** Asks a {@link Desk} what to do. */
final class PartyActor implements Party {
  private final ActorContext context;
  private final Desk desk;

  PartyActor(ActorContext context, Desk desk) {
    this.context = context;
    this.desk = desk;
  }

  @Override
  public int attend() {
    return actAs(context.address().key().toString());
  }

  @Override
  public int look(String as) {
    return actAs(as);
  }

  private int actAs(String self) {
    int answered = 0;
    Optional<String> whom = desk.next(self);
    while (whom.isPresent()) {
      try {
        context.actors().get(Party.class, whom.get()).attend();
        answered++;
      } catch (OrbitException _) {
        // It was refused, or the test has interrupted it.
        Thread.interrupted();
      }
      desk.goesOn(self);
      whom = desk.next(self);
    }
    return answered;
  }
}
