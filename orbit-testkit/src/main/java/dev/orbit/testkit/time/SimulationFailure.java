package dev.orbit.testkit.time;

import org.jspecify.annotations.Nullable;

/** Something went wrong within a simulation; the message has the seed that repeats it. */
public final class SimulationFailure extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final long seed;

  SimulationFailure(long seed, String description, @Nullable Throwable cause) {
    super("%s (seed %d repeats it)".formatted(description, seed), cause);
    this.seed = seed;
  }

  /** The seed of the simulation that failed. */
  public long seed() {
    return seed;
  }
}
