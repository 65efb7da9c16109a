package dev.orbit.raft.internal.atomix;

import java.util.Optional;

/**
 * Tells whether Atomix is alive inside, which it does not tell itself: what goes wrong on its
 * threads is logged and forgotten.
 *
 * <p>It counts its own ticks and not time, so that a process that was stopped for a while is not
 * thought dead: while it is stopped, nothing ticks. Not thread-safe: one timer ticks it.
 */
final class Canary {
  /** Ten seconds of half-second ticks: far longer than any pause of a voter that still works. */
  static final int PATIENCE = 20;

  /**
   * What can be seen from outside.
   *
   * @param protocolTurns how often the protocol's thread took a turn for the canary
   * @param applyTurns how often the applying thread did
   * @param committed the newest entry known to be committed
   * @param applied the newest entry that was applied
   * @param oldestUnanswered number of the oldest request of a peer without an answer; 0 for none
   */
  record Signs(
      long protocolTurns, long applyTurns, long committed, long applied, long oldestUnanswered) {}

  private Signs last = new Signs(-1, -1, 0, 0, 0);
  private int protocolStuck;
  private int applyThreadStuck;
  private int applyingStuck;
  private int requestStuck;

  /** Looks once; what is wrong if something has been for too long. */
  Optional<String> tick(Signs now) {
    protocolStuck = now.protocolTurns == last.protocolTurns ? protocolStuck + 1 : 0;
    applyThreadStuck = now.applyTurns == last.applyTurns ? applyThreadStuck + 1 : 0;
    boolean lags = now.applied < now.committed && now.applied == last.applied;
    applyingStuck = lags ? applyingStuck + 1 : 0;
    boolean waits = now.oldestUnanswered != 0 && now.oldestUnanswered == last.oldestUnanswered;
    requestStuck = waits ? requestStuck + 1 : 0;
    last = now;
    if (protocolStuck >= PATIENCE) {
      return Optional.of("the protocol's thread takes no more turns");
    }
    if (applyThreadStuck >= PATIENCE) {
      return Optional.of("the thread that applies commands takes no more turns");
    }
    if (applyingStuck >= PATIENCE) {
      return Optional.of(
          "entry %d is committed, and nothing after %d is applied"
              .formatted(now.committed, now.applied));
    }
    if (requestStuck >= PATIENCE) {
      return Optional.of("a peer's request is never answered");
    }
    return Optional.empty();
  }
}
