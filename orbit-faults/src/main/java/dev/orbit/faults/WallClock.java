package dev.orbit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The clocks of one process, falsified by libfaketime. Either its wall clock can jump while its
 * monotonic clock goes right, or both of its clocks go too fast or too slow from its start on.
 *
 * <p>A jump takes up to a second to be noticed. Thread-safe.
 */
public final class WallClock {
  /** Goes right, and can jump. */
  public static final double RIGHT = 1.0;

  private final Path control;
  private final double rate;

  /**
   * A clock that obeys what is written to {@code control}.
   *
   * @param rate how fast its clocks go, such as 1.1; with any other than {@link #RIGHT} it cannot
   *     jump
   */
  WallClock(Path control, double rate) {
    this.control = control;
    this.rate = rate;
    if (canJump()) {
      jump(0);
    }
  }

  /** Whether {@link #jump} may be asked. */
  public boolean canJump() {
    return rate == RIGHT;
  }

  /** From now on the wall clock is so many seconds off; 0 sets it right. */
  public void jump(int seconds) {
    if (!canJump()) {
      throw new IllegalStateException("a clock at rate %s cannot jump".formatted(rate));
    }
    try {
      Files.writeString(control, String.format(Locale.ROOT, "%+d\n", seconds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the process must have in its environment. */
  Map<String, String> environment() {
    return canJump()
        ? Map.of(
            "FAKETIME_TIMESTAMP_FILE",
            control.toString(),
            "FAKETIME_CACHE_DURATION",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1")
        : Map.of("FAKETIME", String.format(Locale.ROOT, "+0 x%.3f", rate));
  }
}
