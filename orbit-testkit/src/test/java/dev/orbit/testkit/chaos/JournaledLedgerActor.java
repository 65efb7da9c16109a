package dev.orbit.testkit.chaos;

import dev.orbit.api.Journal;
import dev.orbit.api.JournaledState;
import java.util.ArrayList;
import java.util.List;

final class JournaledLedgerActor implements Ledger.Journaled {
  private final Journal<Entries, String> journal;

  /** In the order in which they came. */
  record Entries(List<String> all) implements JournaledState<Entries, String> {
    public static Entries initial() {
      return new Entries(List.of());
    }

    @Override
    public Entries after(String entry) {
      List<String> more = new ArrayList<>(all);
      more.add(entry);
      return new Entries(List.copyOf(more));
    }
  }

  JournaledLedgerActor(
      @dev.orbit.api.Journaled(value = "entries", snapshotEvery = 10)
          Journal<Entries, String> journal) {
    this.journal = journal;
  }

  @Override
  public int add(String entry) {
    return journal.append(entry).all().size();
  }

  @Override
  public List<String> entries() {
    return journal.value().all();
  }
}
