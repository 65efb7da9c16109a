package dev.orbit.testkit.chaos;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import java.util.List;

/** Keeps every entry that it was given. */
@ActorType("test.Ledger")
public interface Ledger extends ActorWithStringKey {
  /** Adds an entry at the end; returns how many there are. */
  int add(String entry);

  List<String> entries();

  /** The same, kept as a journal. */
  @ActorType("test.JournaledLedger")
  interface Journaled extends Ledger {}
}
