package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.OrbitException;
import java.util.concurrent.CompletableFuture;

/** The way of a call out of this node. Thread-safe; never blocks. */
interface Onward {
  /**
   * Sends a call to a member because the directory says so.
   *
   * @param placed whether the actor is there, or is to be; else the member owns the partition
   */
  CompletableFuture<Reply> passOn(RoutedCall call, MemberId to, boolean placed);

  /** Why nobody takes the call. */
  OrbitException nobodyHosts(RoutedCall call);
}
