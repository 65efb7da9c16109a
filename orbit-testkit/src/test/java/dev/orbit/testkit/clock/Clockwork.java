package dev.orbit.testkit.clock;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.InterleavedTimers;
import java.time.Duration;

/** Counts ticks while one of its turns waits for another actor. */
@ActorType("test.Clockwork")
interface Clockwork extends ActorWithStringKey {
  /** Ticks every few milliseconds until it has been told that the other has slept. */
  int ticksWhileAnotherSleeps(String other, long millis);

  /** Where the action does not wait for turns that wait. */
  @ActorType("test.FreeClockwork")
  interface Free extends Clockwork {}

  /** Common to both. */
  abstract class Counting implements Clockwork {
    private final ActorContext context;
    private int ticks;

    Counting(ActorContext context) {
      this.context = context;
    }

    @Override
    public int ticksWhileAnotherSleeps(String other, long millis) {
      var timer = context.timers().every(Duration.ofMillis(5), () -> ticks++);
      int before = ticks;
      context.actors().get(Bell.class, other).sleep(millis);
      timer.stop();
      return ticks - before;
    }
  }

  /** As every actor. */
  final class Plain extends Counting {
    Plain(ActorContext context) {
      super(context);
    }
  }

  /** With the option. */
  @InterleavedTimers
  final class Interleaved extends Counting implements Free {
    Interleaved(ActorContext context) {
      super(context);
    }
  }
}
