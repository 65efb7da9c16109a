package dev.orbit.runtime.internal.directory;

import dev.orbit.api.cluster.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * How a view has changed a partition for this node.
 *
 * @param source the former owner, for {@link Change#GAINED_FROM_MEMBER}
 */
record Applied(Change change, @Nullable MemberId source) {
  static final Applied NOTHING = new Applied(Change.NONE, null);

  /** What it is to this node now. */
  enum Change {
    NONE,
    /** This node is the new owner; the former one is a member and has the entries. */
    GAINED_FROM_MEMBER,
    /** This node is the new owner, and must ask everybody. */
    GAINED_FROM_NOBODY
  }
}
