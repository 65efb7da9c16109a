package dev.orbit.faults.activation;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;

/** Counts calls, and remembers which was the last. */
@ActorType("fire.Tally")
public interface Tally extends ActorWithStringKey {
  /**
   * What is counted.
   *
   * @param count how many calls were
   * @param last the name of the last; empty if there was none
   */
  record Count(long count, String last) {
    /** Of an actor that was never called. */
    public static Count initial() {
      return new Count(0, "");
    }

    Count plus(String call) {
      return new Count(count + 1, call);
    }
  }

  /** Counts a call of that name; returns what was there before. */
  Count add(String call);

  /** What is there. */
  Count look();

  /** The same, anywhere, and not for long. */
  @ActorType("fire.Roving")
  interface Roving extends Tally {}
}
