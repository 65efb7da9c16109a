package dev.orbit.runtime.internal.directory;

import dev.orbit.api.cluster.MemberId;
import java.util.Optional;

/**
 * Chooses the host of an actor that nobody hosts. Asked by the owner of the partition, under the
 * partition's monitor: must not block, and not come back into the directory.
 */
@FunctionalInterface
public interface HostChoice {
  /** The member that is to host the actor; empty if none can. */
  Optional<MemberId> choose(Arrival call, int partition);
}
