package dev.orbit.raft.internal.cluster;

import dev.orbit.api.cluster.ClusterView;

/** What one who follows the views is given next. */
public sealed interface ViewStep {
  /** The view that follows on the last one. */
  record Change(ViewDelta delta) implements ViewStep {}

  /**
   * A view that need not follow on the last one, because those between are no longer known. Whoever
   * holds a lease must give it up: it may have missed that it was a member no more, or what others
   * did meanwhile.
   */
  record Jump(ClusterView view) implements ViewStep {}
}
