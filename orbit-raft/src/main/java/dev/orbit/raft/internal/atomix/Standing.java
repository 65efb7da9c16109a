package dev.orbit.raft.internal.atomix;

import dev.orbit.proto.raft.StandingProto;

/**
 * What a voter may do, by what it knows of its own past. It is kept on disk and only moves on:
 *
 * <pre>
 * FOUNDING ──── every voter has let it in ─────────────────────────────────► FULL
 * REPLACING ─── every voter has let it in ──► CATCHING_UP ── all applied ──► FULL
 * </pre>
 */
enum Standing {
  /** It has all that it ever acknowledged: it votes and acknowledges. */
  FULL,
  /**
   * Its store was just made. It takes no part until every other voter remembers that store, so that
   * it can never be lost and made anew without somebody's noticing.
   */
  FOUNDING,
  /**
   * Its store was just made in place of one that was lost. It takes no part until every other voter
   * has forgotten the lost one and told the newest term in which the lost one can have voted.
   */
  REPLACING,
  /**
   * It acknowledges entries of later terms than those, which is as safe as for anybody; it does not
   * vote, because what the lost store acknowledged may still be missing here.
   */
  CATCHING_UP;

  static Standing of(StandingProto proto) {
    return switch (proto) {
      case STANDING_FULL -> FULL;
      case STANDING_FOUNDING -> FOUNDING;
      case STANDING_REPLACING -> REPLACING;
      case STANDING_CATCHING_UP -> CATCHING_UP;
      case UNRECOGNIZED -> throw new IllegalArgumentException("unknown standing");
    };
  }

  StandingProto proto() {
    return switch (this) {
      case FULL -> StandingProto.STANDING_FULL;
      case FOUNDING -> StandingProto.STANDING_FOUNDING;
      case REPLACING -> StandingProto.STANDING_REPLACING;
      case CATCHING_UP -> StandingProto.STANDING_CATCHING_UP;
    };
  }
}
