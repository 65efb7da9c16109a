package dev.orbit.raft.internal.cluster;

/** What the cluster made of a command. */
public sealed interface CommandAnswer {
  /** The version of the view after the command. */
  long viewVersion();

  /**
   * It was applied, or had no effect left to have.
   *
   * @param index the index of its log entry; for a join, the incarnation
   */
  record Accepted(long index, long viewVersion) implements CommandAnswer {}

  /** It changed nothing. */
  record Refused(Refusal reason, String description, long viewVersion) implements CommandAnswer {}

  /** Why a command was refused. */
  enum Refusal {
    /** An earlier life of the node is still a member; try again when it is over. */
    STILL_HELD,
    /** That life of the node is no member, or no more. */
    NOT_MEMBER,
    /** A renewal came before the expiry. */
    OVERTAKEN,
    /** The cluster has another name. */
    WRONG_CLUSTER,
    /** The cluster has other settings. */
    WRONG_SETTINGS,
    /** There are as many members as there may be. */
    TOO_MANY_MEMBERS,
    /** A life that has stopped takes up no other status. */
    STOPPED_FOR_GOOD,
    /** A life that has begun does not become {@code JOINING} again. */
    HAS_BEGUN,
    /** A newer command of the same client was applied already. */
    SUPERSEDED
  }
}
