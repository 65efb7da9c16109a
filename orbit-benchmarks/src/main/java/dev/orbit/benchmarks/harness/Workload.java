package dev.orbit.benchmarks.harness;

import java.util.concurrent.CompletionStage;

/** One kind of call, made again and again. Thread-safe. */
public sealed interface Workload {
  /** Calls whose callers block, each on a virtual thread of its own. */
  non-sealed interface Blocking extends Workload {
    /**
     * Makes one call and checks its answer.
     *
     * @param caller which caller makes it, from 0
     * @throws Exception if it fails or the answer is wrong
     */
    void call(int caller) throws Exception;
  }

  /** Calls that complete later; each answer begins the caller's next. */
  non-sealed interface Staged extends Workload {
    /** Begins one call; completes exceptionally if it fails or the answer is wrong. */
    CompletionStage<?> call(int caller);
  }

  /** A loop that the contender drives by itself. */
  non-sealed interface Driven extends Workload {
    /** Keeps that many calls under way until {@link Recorder#record} says to stop. */
    void run(int outstanding, Recorder recorder) throws Exception;
  }
}
