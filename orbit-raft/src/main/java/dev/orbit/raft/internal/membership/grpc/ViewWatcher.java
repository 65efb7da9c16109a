package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.api.env.Cancellable;
import dev.orbit.proto.cluster.ViewStepProto;
import dev.orbit.raft.internal.cluster.ViewCodec;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.cluster.ViewStep;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends the views to one stream, as fast as the stream takes them; nothing is queued here.
 * Thread-safe.
 */
final class ViewWatcher {
  private final ViewLog views;
  private final ServerCallStreamObserver<ViewStepProto> out;
  // Guarded by this.
  private OptionalLong seen;
  private @Nullable Cancellable signal;
  private boolean over;

  /**
   * A watcher.
   *
   * @param from the newest view that the other end knows
   */
  ViewWatcher(ViewLog views, ServerCallStreamObserver<ViewStepProto> out, OptionalLong from) {
    this.views = views;
    this.out = out;
    this.seen = from;
  }

  /** To be called before the call's handler returns. */
  void begin() {
    out.setOnCancelHandler(this::end);
    out.setOnCloseHandler(this::end);
    out.setOnReadyHandler(this::send);
    Cancellable onChange = views.onChange(this::send);
    synchronized (this) {
      signal = onChange;
    }
    send();
  }

  private synchronized void send() {
    while (!over && out.isReady()) {
      Optional<ViewStep> step =
          seen.isPresent()
              ? views.after(seen.getAsLong())
              : Optional.of(new ViewStep.Jump(views.newest()));
      if (step.isEmpty()) {
        return;
      }
      seen =
          OptionalLong.of(
              switch (step.get()) {
                case ViewStep.Change change -> change.delta().version();
                case ViewStep.Jump jump -> jump.view().version();
              });
      out.onNext(ViewCodec.proto(step.get()));
    }
  }

  private synchronized void end() {
    over = true;
    if (signal != null) {
      signal.cancel();
    }
  }
}
