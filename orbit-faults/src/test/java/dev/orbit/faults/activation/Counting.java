package dev.orbit.faults.activation;

import dev.orbit.api.ActorContext;
import dev.orbit.api.State;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What both kinds of {@link Tally} do. */
final class Counting {
  /** One turn in so many takes its time. */
  private static final int SLOW = 20;

  private final State<Tally.Count> state;
  private final Witness.Activation activation;

  Counting(State<Tally.Count> state, ActorContext context, Witness witness) {
    this.state = state;
    this.activation = witness.activation(context.address());
  }

  Tally.Count add(String call) {
    return activation.turn(
        () -> {
          Tally.Count before = state.value();
          rest();
          state.update(count -> count.plus(call));
          return before;
        });
  }

  Tally.Count look() {
    return activation.turn(state::value);
  }

  Optional<Tally.Count> dehydrate() {
    return Optional.of(state.value());
  }

  void rehydrate(Tally.Count carried) {
    activation.rehydrated(carried.equals(state.value()));
  }

  private static void rest() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (random.nextInt(SLOW) == 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(50)));
    }
  }
}
