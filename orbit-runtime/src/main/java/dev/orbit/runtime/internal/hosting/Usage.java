package dev.orbit.runtime.internal.hosting;

/**
 * How often things were used lately, for any number of things in a fixed amount of memory: a
 * count-min sketch whose counters are halved as they fill, as in TinyLFU. It also remembers what is
 * not in memory any more, so that an actor that comes back is known to be in demand.
 *
 * <p>Not thread-safe.
 */
final class Usage {
  private static final int ROWS = 4;
  private static final int LEAST_WIDTH = 1_024;
  private static final int MOST_WIDTH = 1 << 22;

  /** Counters are halved after so many uses for each place of a row. */
  private static final int USES_PER_PLACE = 10;

  /** More says no more of which of two is the hotter one. */
  private static final int MOST_COUNTED = 15;

  private static final long[] SEEDS = {
    0x9e3779b97f4a7c15L, 0xbf58476d1ce4e5b9L, 0x94d049bb133111ebL, 0xd6e8feb86659fd93L
  };

  private byte[] counters = new byte[ROWS * LEAST_WIDTH];
  private int width = LEAST_WIDTH;
  private long added;

  /** Makes room for so many things; forgets what it knew when it grows. */
  void fit(int things) {
    int needed = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, things));
    if (needed > width) {
      width = Integer.highestOneBit(needed - 1) << 1;
      counters = new byte[ROWS * width];
      added = 0;
    }
  }

  /** Notes that something was used so many times; counts in powers of two. */
  void add(Object thing, int times) {
    int weight = Integer.SIZE - Integer.numberOfLeadingZeros(times);
    for (int row = 0; row < ROWS; row++) {
      int place = place(thing, row);
      counters[place] = (byte) Math.min(MOST_COUNTED, counters[place] + weight);
    }
    added += weight;
    if (added > (long) USES_PER_PLACE * width) {
      halve();
    }
  }

  /** How often it was used lately, 0 to {@value #MOST_COUNTED}; rather too much than too little. */
  int of(Object thing) {
    int least = MOST_COUNTED;
    for (int row = 0; row < ROWS; row++) {
      least = Math.min(least, counters[place(thing, row)]);
    }
    return least;
  }

  /** Lets the past count half. */
  void halve() {
    for (int i = 0; i < counters.length; i++) {
      counters[i] >>= 1;
    }
    added /= 2;
  }

  private int place(Object thing, int row) {
    long hash = (thing.hashCode() + 1L) * SEEDS[row];
    hash ^= hash >>> 32;
    return row * width + (int) (hash & (width - 1));
  }
}
