package dev.orbit.raft.internal.membership;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.raft.internal.cluster.ViewDelta;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.cluster.ViewStep;
import dev.orbit.raft.internal.concurrent.SerialQueue;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells one listener of every view, at the listener's own pace. Thread-safe. */
final class ViewFollower implements Cancellable {
  private final ViewLog views;
  private final Consumer<ClusterView> listener;
  private final Runnable onMissed;
  private final SerialQueue queue;
  private final Cancellable signal;
  private volatile boolean cancelled;
  // Belongs to the queue.
  private ClusterView seen;

  /**
   * Begins with the present view.
   *
   * @param onMissed runs before the first view that does not follow on the one before
   */
  ViewFollower(
      Environment environment, ViewLog views, Consumer<ClusterView> listener, Runnable onMissed) {
    this.views = views;
    this.listener = listener;
    this.onMissed = onMissed;
    this.queue = new SerialQueue(environment.vitalThreads());
    this.seen = views.newest();
    ClusterView first = seen;
    queue.execute(() -> tell(first));
    this.signal = views.onChange(() -> queue.execute(this::next));
    queue.execute(this::next);
  }

  @Override
  public void cancel() {
    cancelled = true;
    signal.cancel();
  }

  private void next() {
    Optional<ViewStep> step = views.after(seen.version());
    while (step.isPresent() && !cancelled) {
      switch (step.get()) {
        case ViewStep.Change(ViewDelta delta) -> tell(delta.applyTo(seen));
        case ViewStep.Jump(ClusterView view) -> {
          onMissed.run();
          tell(view);
        }
      }
      step = views.after(seen.version());
    }
  }

  private void tell(ClusterView view) {
    seen = view;
    if (!cancelled) {
      listener.accept(view);
    }
  }
}
