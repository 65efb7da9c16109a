package dev.orbit.transport.internal.compression;

/**
 * Which kinds of frames shrink. A kind that does not is tried again after ever more frames, at most
 * {@value #MOST_SKIPPED}. Not thread-safe.
 */
public final class Kinds {
  /** How many kinds are told apart. */
  public static final int KINDS = 256;

  static final int MOST_SKIPPED = 1024;

  private final int[] pause = new int[KINDS];
  private final int[] left = new int[KINDS];

  /**
   * Whether a frame of that kind is worth the time.
   *
   * @param kind 0 to 255
   */
  public boolean isWorthTrying(int kind) {
    if (left[kind] > 0) {
      left[kind]--;
      return false;
    }
    return true;
  }

  /** It was tried. */
  public void tried(int kind, boolean shrank) {
    if (shrank) {
      pause[kind] = 0;
    } else {
      pause[kind] = Math.min(MOST_SKIPPED, Math.max(1, 2 * pause[kind]));
      left[kind] = pause[kind];
    }
  }
}
