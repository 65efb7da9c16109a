package dev.orbit.runtime.internal.hosting;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where the turns of a node are found that run now.
 *
 * <p>Most actors in memory are old, and a turn is new: one that its activation referred to would
 * have the collector look through the activation once more, and so through all that were called
 * since its last pause (G1 and its like mark a card, 512 bytes, where an old object is written a
 * reference to a new one). An activation knows the number of a place instead, and all places are in
 * a few cards.
 *
 * <p>Thread-safe; never blocks.
 */
final class TurnPlaces {
  /** No place. */
  static final int NONE = -1;

  /** Turns that run at a time; of those that wait for other calls there may be many more. */
  private static final int PLACES = 1_024;

  /** So many are looked at before a turn stays without. */
  private static final int LOOKS = 4;

  private final AtomicReferenceArray<@Nullable Turn> turns = new AtomicReferenceArray<>(PLACES);

  /** Finds a place for a turn; {@link #NONE} if it has to do without. */
  int take(Turn turn) {
    int hash = turn.activation().address().hashCode();
    int home = hash ^ (hash >>> 16);
    for (int i = 0; i < LOOKS; i++) {
      int place = (home + i) & (PLACES - 1);
      if (turns.getPlain(place) == null && turns.compareAndSet(place, null, turn)) {
        return place;
      }
    }
    return NONE;
  }

  /** The turn that has that place now; null if none has. */
  @Nullable Turn at(int place) {
    return turns.get(place);
  }

  /** Gives the place back that a turn has had, by the thread that took it. */
  void free(int place) {
    turns.setRelease(place, null);
  }
}
