package dev.orbit.testkit.calls;

import dev.orbit.api.Journal;
import dev.orbit.api.Journaled;
import dev.orbit.api.JournaledState;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import java.util.ArrayList;
import java.util.List;

/** Two states and a journal, each by itself. */
final class LockerActor implements Locker {
  private final State<Owner> owner;
  private final State<Contents> contents;
  private final Journal<Uses, Long> uses;

  record Owner(String name) {
    public static Owner initial() {
      return new Owner("nobody");
    }
  }

  record Contents(List<String> things) {
    public static Contents initial() {
      return new Contents(List.of());
    }

    Contents with(String thing) {
      List<String> more = new ArrayList<>(things);
      more.add(thing);
      return new Contents(List.copyOf(more));
    }
  }

  record Uses(long count) implements JournaledState<Uses, Long> {
    public static Uses initial() {
      return new Uses(0);
    }

    @Override
    public Uses after(Long more) {
      return new Uses(count + more);
    }
  }

  LockerActor(
      @Persistent("owner") State<Owner> owner,
      @Persistent("contents") State<Contents> contents,
      @Journaled("uses") Journal<Uses, Long> uses) {
    this.owner = owner;
    this.contents = contents;
    this.uses = uses;
  }

  @Override
  public void rent(String newOwner) {
    owner.write(new Owner(newOwner));
  }

  @Override
  public void put(String thing) {
    contents.update(present -> present.with(thing));
    uses.append(1L);
  }

  @Override
  public void empty() {
    contents.clear();
    uses.append(1L);
  }

  @Override
  public void putAndFail(String thing) {
    contents.update(present -> present.with(thing));
    throw new IllegalStateException("before the use is noted");
  }

  @Override
  public void readAgain() {
    owner.refresh();
    contents.refresh();
    uses.refresh();
  }

  @Override
  public Inventory inventory() {
    return new Inventory(
        owner.value().name(),
        contents.value().things(),
        uses.value().count(),
        List.of(owner.version(), contents.version(), uses.version()));
  }
}
