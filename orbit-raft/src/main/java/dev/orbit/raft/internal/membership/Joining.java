package dev.orbit.raft.internal.membership;

import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A join under way. Belongs to its agent's queue. */
final class Joining {
  private final ClusterCommand.Join command;
  private final Duration bound;
  private final long deadlineNanos;
  private final CompletableFuture<NodeLease> result = new CompletableFuture<>();
  private String waitsFor = "a leader";
  private Supplier<Optional<String>> trouble = Optional::empty;

  Joining(ClusterCommand.Join command, Duration bound, long deadlineNanos) {
    this.command = command;
    this.bound = bound;
    this.deadlineNanos = deadlineNanos;
  }

  ClusterCommand.Join command() {
    return command;
  }

  Duration bound() {
    return bound;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  CompletableFuture<NodeLease> result() {
    return result;
  }

  boolean isOver() {
    return result.isDone();
  }

  /** What keeps it from being done, as the object of a sentence. */
  String waitsFor() {
    return trouble
        .get()
        .map(why -> "%s, and the last attempt failed: %s".formatted(waitsFor, why))
        .orElse(waitsFor);
  }

  void waitsFor(String what) {
    waitsFor = what;
    trouble = Optional::empty;
  }

  /** A command is under way for it, of which {@code why} says why its last attempt failed. */
  void tries(Supplier<Optional<String>> why) {
    trouble = why;
  }

  void fail(RuntimeException error) {
    result.completeExceptionally(error);
  }

  /**
   * The command found no answer; that may only have been for want of time, which is told with what
   * it waited for.
   */
  void failed(@Nullable Throwable failure) {
    if (failure instanceof NotExecutedException || failure instanceof OutcomeUnknownException) {
      waitsFor = "a voter that answers: " + failure.getMessage();
      fail(
          new NotExecutedException(
              ErrorCode.NODE_UNAVAILABLE,
              "%s could not join cluster '%s' within %s; it waited for %s"
                  .formatted(command.node(), command.settings().cluster(), bound, waitsFor),
              failure));
    } else if (failure instanceof RuntimeException error) {
      fail(error);
    } else {
      fail(new IllegalStateException("the join failed", failure));
    }
  }
}
