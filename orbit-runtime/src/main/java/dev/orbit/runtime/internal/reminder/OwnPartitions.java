package dev.orbit.runtime.internal.reminder;

import dev.orbit.api.address.AddressableReference;
import java.util.BitSet;

/** How actors are divided, and the partitions that this node answers for, as far as it knows. */
public interface OwnPartitions {
  /** The partition of an actor; the same on every node. */
  int partitionOf(AddressableReference actor);

  /** A set of its own each time; empty when the node is in no view. Must not block. */
  BitSet now();
}
