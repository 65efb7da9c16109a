package dev.orbit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The clocks of one process. Its wall clock can jump while its monotonic clock goes right; and both
 * of its clocks can go too fast or too slow from its start on.
 *
 * <p>A jump takes some 50 ms to be noticed. Thread-safe.
 */
public final class WallClock {
  /** Goes right. */
  public static final double RIGHT = 1.0;

  private final Path library;
  private final Path control;
  private final double rate;

  /**
   * A clock that obeys what is written to {@code control}.
   *
   * @param rate how fast its clocks go, such as 1.1
   */
  WallClock(Path library, Path control, double rate) {
    this.library = library;
    this.control = control;
    this.rate = rate;
    jump(0);
  }

  /** From now on the wall clock is so many seconds off; 0 sets it right. */
  public void jump(int seconds) {
    try {
      Files.writeString(control, Integer.toString(seconds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the process must have in its environment. */
  Map<String, String> environment() {
    return Map.of("CLOCKS_CTL", control.toString(), "CLOCKS_RATE", Double.toString(rate));
  }

  Path library() {
    return library;
  }
}
