package dev.orbit.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Text {
  private Text() {}

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }

  static String millis(Duration duration) {
    long micros = duration.toNanos() / 1_000;
    return micros < 10_000
        ? String.format(Locale.ROOT, "%.1f ms", micros / 1e3)
        : String.format(Locale.ROOT, "%,d ms", micros / 1_000);
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String money(long cents) {
    return String.format(Locale.ROOT, "%,d.%02d", cents / 100, Math.floorMod(cents, 100));
  }
}
