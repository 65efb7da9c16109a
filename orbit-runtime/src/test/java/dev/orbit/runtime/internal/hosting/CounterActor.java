package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.ActorContext;
import dev.orbit.api.DeactivationReason;
import dev.orbit.api.Lifecycle;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import java.util.concurrent.CompletionStage;

/** Tells a {@link Journal} what happens to it. */
final class CounterActor implements Counter, Lifecycle {
  private final State<Count> state;
  private final ActorContext context;
  private final Journal journal;

  CounterActor(@Persistent("count") State<Count> state, ActorContext context, Journal journal) {
    this.state = state;
    this.context = context;
    this.journal = journal;
  }

  @Override
  public void onActivate() {
    journal.write("activate " + context.address().key());
    if (journal.failsToActivate()) {
      throw new IllegalStateException("no");
    }
  }

  @Override
  public void onDeactivate(DeactivationReason reason) {
    journal.write("deactivate " + context.address().key() + " " + reason);
  }

  @Override
  public int increment() {
    journal.during();
    return state.update(count -> new Count(count.value() + 1)).value();
  }

  @Override
  public CompletionStage<String> later() {
    return journal.stage();
  }

  @Override
  public void stop() {
    context.deactivateWhenIdle();
  }

  @Override
  public void fail(String message) {
    throw new IllegalStateException(message);
  }
}
