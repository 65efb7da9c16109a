package dev.orbit.benchmarks.directory;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.Placed;
import dev.orbit.api.placement.PlacementStrategy;

/** Keeps nothing and does nothing. */
@ActorType("bench.Idle")
public interface Idle extends ActorWithInt64Key {
  /** Does nothing. */
  int touch();

  /** The same, placed anywhere: two of three have an entry at an owner that is another node. */
  @ActorType("bench.Strewn")
  interface Strewn extends Idle {}

  /** Hosts {@link Idle}. */
  final class IdleActor implements Idle {
    @Override
    public int touch() {
      return 1;
    }
  }

  /** Hosts {@link Strewn}. */
  @Placed(strategy = PlacementStrategy.RANDOM)
  final class StrewnActor implements Strewn {
    @Override
    public int touch() {
      return 1;
    }
  }
}
