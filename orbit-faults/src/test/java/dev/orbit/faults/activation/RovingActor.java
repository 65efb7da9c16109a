package dev.orbit.faults.activation;

import dev.orbit.api.ActorContext;
import dev.orbit.api.IdleAfter;
import dev.orbit.api.Persistent;
import dev.orbit.api.Placed;
import dev.orbit.api.Portable;
import dev.orbit.api.State;
import dev.orbit.api.placement.PlacementStrategy;
import java.util.Optional;

/** Lives on any node, and soon on another: each time by an entry of the directory. */
@Placed(strategy = PlacementStrategy.RANDOM)
@IdleAfter(seconds = 1)
final class RovingActor implements Tally.Roving, Portable<Tally.Count> {
  private final Counting counting;

  RovingActor(@Persistent("count") State<Count> state, ActorContext context, Witness witness) {
    this.counting = new Counting(state, context, witness);
  }

  @Override
  public Optional<Count> dehydrate() {
    return counting.dehydrate();
  }

  @Override
  public void rehydrate(Count carried) {
    counting.rehydrate(carried);
  }

  @Override
  public Count add(String call) {
    return counting.add(call);
  }

  @Override
  public Count look() {
    return counting.look();
  }
}
