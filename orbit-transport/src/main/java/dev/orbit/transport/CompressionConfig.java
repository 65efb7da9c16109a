package dev.orbit.transport;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;

/**
 * Whether and how frames, single large messages or batches of small ones, are compressed on their
 * way out. What comes in is inflated whatever is set here, up to {@code maxMessageBytes}; and
 * nothing is compressed for an end that has not said that it takes it.
 *
 * @param algorithm by what
 * @param level how hard it tries: 1 to 9 for {@code GZIP}, 1 to 19 for {@code ZSTD}; 1 for the
 *     others, which know no levels
 * @param minBytes the smallest frame that is tried, 64 to 16,777,216
 * @param maxRatio which part of its size a compressed frame may have, 0.1 to 0.99; one that has
 *     more is sent as it was, and frames of its kind are tried less and less often
 */
public record CompressionConfig(Algorithm algorithm, int level, int minBytes, double maxRatio) {
  /** The ways to compress. */
  public enum Algorithm {
    /** None at all. */
    NONE(0, 1),
    /** In every JDK; slow. */
    GZIP(1, 9),
    /** The smallest for its speed. */
    ZSTD(2, 19),
    /** The fastest. */
    LZ4(3, 1);

    private final int number;
    private final int levels;

    Algorithm(int number, int levels) {
      this.number = number;
      this.levels = levels;
    }

    /** What stands for it on the wire. */
    public int number() {
      return number;
    }
  }

  /** Within one data centre bytes cost less than the time to compress them. */
  public static final CompressionConfig OFF = new CompressionConfig(Algorithm.NONE, 1, 1024, 0.9);

  public CompressionConfig {
    check(
        level >= 1 && level <= algorithm.levels,
        "level",
        level,
        "1 to %d for %s".formatted(algorithm.levels, algorithm));
    check(minBytes >= 64 && minBytes <= 1 << 24, "minBytes", minBytes, "64 to 16777216");
    check(maxRatio >= 0.1 && maxRatio <= 0.99, "maxRatio", maxRatio, "0.1 to 0.99");
  }

  private static void check(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "compression %s=%s; allowed: %s".formatted(key, value, allowed));
    }
  }
}
