package dev.orbit.testkit.chaos;

import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import java.util.ArrayList;
import java.util.List;

final class LedgerActor implements Ledger {
  private final State<Entries> state;

  /** In the order in which they came. */
  record Entries(List<String> all) {
    public static Entries initial() {
      return new Entries(List.of());
    }

    Entries plus(String entry) {
      List<String> more = new ArrayList<>(all);
      more.add(entry);
      return new Entries(List.copyOf(more));
    }
  }

  LedgerActor(@Persistent("entries") State<Entries> state) {
    this.state = state;
  }

  @Override
  public int add(String entry) {
    return state.update(entries -> entries.plus(entry)).all().size();
  }

  @Override
  public List<String> entries() {
    return state.value().all();
  }
}
