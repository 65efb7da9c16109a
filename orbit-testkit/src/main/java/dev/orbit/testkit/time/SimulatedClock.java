package dev.orbit.testkit.time;

/**
 * The clock of one node: a line through true time that is bent whenever its rate is set. True time
 * is that of the simulation, in nanoseconds.
 */
final class SimulatedClock {
  /** Never, for a local time that a standing clock does not reach. */
  static final long NEVER = Long.MAX_VALUE;

  private double rate = 1.0;
  private long trueBase;
  private long localBase;

  SimulatedClock(long trueBase) {
    this.trueBase = trueBase;
  }

  double rate() {
    return rate;
  }

  void setRate(double newRate, long trueNow) {
    localBase = localAt(trueNow);
    trueBase = trueNow;
    rate = newRate;
  }

  long localAt(long trueTime) {
    if (rate == 1.0) {
      return localBase + (trueTime - trueBase);
    }
    return localBase + (long) Math.floor((trueTime - trueBase) * rate);
  }

  /**
   * The first moment of true time at which this clock shows {@code local} or more, if its rate
   * stays.
   */
  long trueTimeOf(long local) {
    long ahead = local - localBase;
    if (ahead <= 0) {
      return trueBase;
    }
    if (rate == 0.0) {
      return NEVER;
    }
    if (rate == 1.0) {
      return trueBase + ahead;
    }
    double far = Math.ceil(ahead / rate);
    if (far >= (double) (NEVER - trueBase)) {
      return NEVER;
    }
    long candidate = trueBase + (long) far;
    // Rounding can be off by one either way; an event must never see a clock before its own time.
    while (localAt(candidate) < local) {
      candidate++;
    }
    return candidate;
  }
}
