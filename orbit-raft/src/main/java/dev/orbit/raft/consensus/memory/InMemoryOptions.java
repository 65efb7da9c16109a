package dev.orbit.raft.consensus.memory;

import java.time.Duration;

/**
 * How a group in memory behaves.
 *
 * @param requestTimeout how long a command waits for its answer
 * @param electionTimeout how long a group with a majority is without a leader
 * @param leastDelay the least that a message takes
 * @param mostDelay the most that a message takes
 * @param loss the share of requests and of answers that get lost, 0 to 1
 * @param firstIndex the index of the first entry, at least 1
 */
public record InMemoryOptions(
    Duration requestTimeout,
    Duration electionTimeout,
    Duration leastDelay,
    Duration mostDelay,
    double loss,
    long firstIndex) {
  /** Nothing is lost, nothing takes time, and a lost leader is replaced within a second. */
  public static final InMemoryOptions DEFAULT =
      new InMemoryOptions(
          Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO, 0, 1);

  public InMemoryOptions {
    if (leastDelay.isNegative() || mostDelay.compareTo(leastDelay) < 0) {
      throw new IllegalArgumentException(
          "delays are %s to %s; the first must be at least 0 and at most the second"
              .formatted(leastDelay, mostDelay));
    }
    if (!(loss >= 0 && loss <= 1)) {
      throw new IllegalArgumentException("loss is %s; allowed are 0 to 1".formatted(loss));
    }
    if (firstIndex < 1) {
      throw new IllegalArgumentException("firstIndex is %d; the least is 1".formatted(firstIndex));
    }
  }

  /** The same with messages that take {@code least} to {@code most}. */
  public InMemoryOptions withDelays(Duration least, Duration most) {
    return new InMemoryOptions(requestTimeout, electionTimeout, least, most, loss, firstIndex);
  }

  /** The same with a share of messages that get lost. */
  public InMemoryOptions withLoss(double share) {
    return new InMemoryOptions(
        requestTimeout, electionTimeout, leastDelay, mostDelay, share, firstIndex);
  }

  /** The same with other timeouts. */
  public InMemoryOptions withTimeouts(Duration request, Duration election) {
    return new InMemoryOptions(request, election, leastDelay, mostDelay, loss, firstIndex);
  }

  /** The same with another first index. */
  public InMemoryOptions withFirstIndex(long index) {
    return new InMemoryOptions(requestTimeout, electionTimeout, leastDelay, mostDelay, loss, index);
  }
}
