package dev.orbit.transport.limits;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;

/**
 * How many a second, and how many at once after a pause.
 *
 * @param perSecond more than 0, at most 1 billion
 * @param burst how many may come at once, 1 to 1 billion
 */
public record Rate(double perSecond, long burst) {
  private static final long MOST = 1_000_000_000;

  public Rate {
    if (!(perSecond > 0) || perSecond > MOST) {
      throw bad("a second", perSecond, "more than 0, at most " + MOST);
    }
    if (burst < 1 || burst > MOST) {
      throw bad("burst", burst, "1 to " + MOST);
    }
  }

  /**
   * Reads {@code 100}, which is 100 a second with a burst of as many, or {@code 100:500}, with a
   * burst of 500.
   *
   * @throws ConfigurationException if it is neither
   */
  public static Rate parse(String text) {
    String[] parts = text.strip().split(":", -1);
    try {
      double perSecond = Double.parseDouble(parts[0].strip());
      long burst =
          parts.length == 1
              ? Math.max(1, (long) Math.ceil(perSecond))
              : Long.parseLong(parts[1].strip());
      if (parts.length <= 2) {
        return new Rate(perSecond, burst);
      }
    } catch (NumberFormatException e) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "rate '%s'; allowed: calls a second, as 100, or with a burst, as 100:500".formatted(text),
          e);
    }
    throw bad("of a limit", text, "calls a second, as 100, or with a burst, as 100:500");
  }

  /** A part of it: what one of {@code members} equal shares is. Never less than one at once. */
  public Rate share(int members) {
    int parts = Math.max(1, members);
    return new Rate(perSecond / parts, Math.max(1, burst / parts));
  }

  private static ConfigurationException bad(String what, Object value, String allowed) {
    return new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION, "rate %s is %s; allowed: %s".formatted(what, value, allowed));
  }
}
