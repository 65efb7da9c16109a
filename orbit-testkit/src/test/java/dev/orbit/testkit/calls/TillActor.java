package dev.orbit.testkit.calls;

import dev.orbit.api.Journal;
import dev.orbit.api.Journaled;
import dev.orbit.api.JournaledState;

// region: journal
final class TillActor implements Till {
  private final Journal<Contents, Event> journal;

  /** What the events add up to. */
  record Contents(long cents, long sales) implements JournaledState<Contents, Event> {
    public static Contents initial() {
      return new Contents(0, 0);
    }

    @Override
    public Contents after(Event event) {
      return switch (event) {
        case Event.Sold(_, long price) -> new Contents(cents + price, sales + 1);
        case Event.Emptied() -> new Contents(0, sales);
      };
    }
  }

  TillActor(@Journaled(value = "till", snapshotEvery = 20) Journal<Contents, Event> journal) {
    this.journal = journal;
  }

  @Override
  public long sell(String article, long cents) {
    if (cents <= 0) {
      throw new IllegalArgumentException("%s for %d cents".formatted(article, cents));
    }
    return journal.append(new Event.Sold(article, cents)).cents();
  }

  @Override
  public long empty() {
    long cents = journal.value().cents();
    journal.append(new Event.Emptied());
    return cents;
  }

  // endregion

  @Override
  public long sales() {
    return journal.value().sales();
  }
}
