package dev.orbit.runtime.internal.placement;

import dev.orbit.api.cluster.MemberId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Asks a member, once, whether it has stopped what it lost. */
@FunctionalInterface
public interface BarrierAsker {
  /**
   * Asks.
   *
   * @return the partitions in which the member has not stopped; completes when it has applied that
   *     view; fails when it gave no answer
   */
  CompletionStage<List<Integer>> ask(MemberId member, long viewVersion);
}
