package dev.orbit.examples.bank;

import java.time.Duration;

/**
 * How the load generator works.
 *
 * @param accounts how many accounts it uses, 2 to 100,000
 * @param ratePerSecond how many operations it begins each second, 1 to 100,000
 * @param concurrency how many operations may be under way at once, 1 to 100,000; what is due beyond
 *     that begins late, and its latency counts from when it was due
 * @param openingCents what is paid into an account that holds less, 1 to a million
 * @param callTimeout the deadline of every call as the client that is used sets it, 100 ms to 5 min
 * @param settleTimeout how long closing waits for transfers under way, 1 s to 10 min
 */
public record BankLoadConfig(
    int accounts,
    int ratePerSecond,
    int concurrency,
    long openingCents,
    Duration callTimeout,
    Duration settleTimeout) {
  /** With this many accounts two operations of the default rate seldom meet. */
  public static final int DEFAULT_ACCOUNTS = 200;

  /** Gentle enough for three nodes on a laptop beside other work. */
  public static final int DEFAULT_RATE = 100;

  /** A full deadline's worth of the default rate, when one node of three does not answer. */
  public static final int DEFAULT_CONCURRENCY = 2_000;

  /** The same as the runtime's own default deadline. */
  public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(30);

  /** Longer than a dead node's lease and the recovery of its accounts. */
  public static final Duration DEFAULT_SETTLE_TIMEOUT = Duration.ofMinutes(1);

  /** The defaults. */
  public static final BankLoadConfig DEFAULT =
      new BankLoadConfig(
          DEFAULT_ACCOUNTS,
          DEFAULT_RATE,
          DEFAULT_CONCURRENCY,
          10_000,
          DEFAULT_CALL_TIMEOUT,
          DEFAULT_SETTLE_TIMEOUT);

  public BankLoadConfig {
    range("accounts", accounts, 2, 100_000);
    range("ratePerSecond", ratePerSecond, 1, 100_000);
    range("concurrency", concurrency, 1, 100_000);
    range("openingCents", openingCents, 1, 1_000_000);
    range("callTimeout (ms)", callTimeout.toMillis(), 100, 300_000);
    range("settleTimeout (ms)", settleTimeout.toMillis(), 1_000, 600_000);
  }

  /** The same at another rate. */
  public BankLoadConfig withRatePerSecond(int rate) {
    return new BankLoadConfig(
        accounts, rate, concurrency, openingCents, callTimeout, settleTimeout);
  }

  /** The same with another number of accounts. */
  public BankLoadConfig withAccounts(int number) {
    return new BankLoadConfig(
        number, ratePerSecond, concurrency, openingCents, callTimeout, settleTimeout);
  }

  /** The same for a client with another deadline. */
  public BankLoadConfig withCallTimeout(Duration timeout) {
    return new BankLoadConfig(
        accounts, ratePerSecond, concurrency, openingCents, timeout, settleTimeout);
  }

  /** The same with another patience at the end. */
  public BankLoadConfig withSettleTimeout(Duration timeout) {
    return new BankLoadConfig(
        accounts, ratePerSecond, concurrency, openingCents, callTimeout, timeout);
  }

  private static void range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %,d; allowed are %,d to %,d".formatted(name, value, least, most));
    }
  }
}
