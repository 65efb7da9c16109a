package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.proto.cluster.ViewStepProto;
import dev.orbit.raft.internal.cluster.ViewStep;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sends the views to one stream, as fast as the stream takes them; nothing is queued here.
 * Thread-safe.
 */
final class ViewWatcher {
  private final ViewWatchers all;
  private final ServerCallStreamObserver<ViewStepProto> out;
  // Guarded by this.
  private OptionalLong seen;
  private boolean over;

  ViewWatcher(ViewWatchers all, ServerCallStreamObserver<ViewStepProto> out, OptionalLong from) {
    this.all = all;
    this.out = out;
    this.seen = from;
  }

  void listen() {
    out.setOnCancelHandler(this::end);
    out.setOnCloseHandler(this::end);
    out.setOnReadyHandler(this::send);
  }

  /** Sends all that the stream takes now. */
  synchronized void send() {
    while (!over && out.isReady()) {
      Optional<ViewStep> step =
          seen.isPresent()
              ? all.views().after(seen.getAsLong())
              : Optional.of(new ViewStep.Jump(all.views().newest()));
      if (step.isEmpty()) {
        return;
      }
      seen =
          OptionalLong.of(
              switch (step.get()) {
                case ViewStep.Change change -> change.delta().version();
                case ViewStep.Jump jump -> jump.view().version();
              });
      out.onNext(all.frame(step.get()));
    }
  }

  private synchronized void end() {
    over = true;
    all.remove(this);
  }
}
