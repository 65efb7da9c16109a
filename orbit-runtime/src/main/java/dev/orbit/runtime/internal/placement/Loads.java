package dev.orbit.runtime.internal.placement;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.placement.NodeLoad;
import java.util.Optional;

/** What nodes have to do, as far as this node knows. Thread-safe; never blocks. */
public interface Loads {
  /** What a member has to do, as of a few seconds ago at most; empty if that is not known. */
  Optional<NodeLoad> of(MemberId member);

  /** An actor was placed there, which the member itself does not know yet. */
  void placed(MemberId member);
}
