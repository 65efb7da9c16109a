package dev.orbit.testkit.calls;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.ReadOnly;
import java.util.List;

/** Has several pieces of durable memory. */
@ActorType("test.Locker")
interface Locker extends ActorWithInt64Key {
  /**
   * What is in it.
   *
   * @param versions of owner, contents and uses, in this order
   */
  record Inventory(String owner, List<String> contents, long uses, List<Long> versions) {}

  void rent(String owner);

  void put(String thing);

  /** Takes everything out, and forgets that anything was ever in it. */
  void empty();

  /** Puts one thing in and fails before it notes the use. */
  void putAndFail(String thing);

  /** Reads everything from the store again. */
  void readAgain();

  @ReadOnly
  Inventory inventory();
}
