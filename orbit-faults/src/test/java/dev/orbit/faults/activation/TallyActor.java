package dev.orbit.faults.activation;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Persistent;
import dev.orbit.api.Portable;
import dev.orbit.api.State;
import java.util.Optional;

/** Lives where its partition is owned. */
final class TallyActor implements Tally, Portable<Tally.Count> {
  private final Counting counting;

  TallyActor(@Persistent("count") State<Count> state, ActorContext context, Witness witness) {
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
