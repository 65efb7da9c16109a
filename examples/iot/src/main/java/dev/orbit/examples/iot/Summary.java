package dev.orbit.examples.iot;

/**
 * Readings, summed up.
 *
 * @param count how many
 * @param sum of all
 * @param least the least; 0 when there are none
 * @param greatest the greatest; 0 when there are none
 */
public record Summary(long count, double sum, double least, double greatest) {
  /** No readings. */
  public static final Summary NONE = new Summary(0, 0, 0, 0);

  Summary plus(double value) {
    return plus(new Summary(1, value, value, value));
  }

  Summary plus(Summary more) {
    if (more.count == 0) {
      return this;
    }
    if (count == 0) {
      return more;
    }
    return new Summary(
        count + more.count,
        sum + more.sum,
        Math.min(least, more.least),
        Math.max(greatest, more.greatest));
  }

  /** The mean; 0 when there are none. */
  public double mean() {
    return count == 0 ? 0 : sum / count;
  }
}
