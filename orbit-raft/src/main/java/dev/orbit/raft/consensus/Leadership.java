package dev.orbit.raft.consensus;

import java.util.Optional;

/**
 * Who leads a group.
 *
 * @param term the newest term that this voter knows
 * @param leader the voter that leads in that term; empty while there is none
 * @param isSelf whether it is this voter
 */
public record Leadership(long term, Optional<String> leader, boolean isSelf) {
  /** Before the first election. */
  public static final Leadership NONE = new Leadership(0, Optional.empty(), false);
}
