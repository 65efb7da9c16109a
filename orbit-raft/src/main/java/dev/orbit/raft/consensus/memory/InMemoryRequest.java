package dev.orbit.raft.consensus.memory;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import java.util.concurrent.CompletableFuture;

/** A command on its way. All but {@link #result} belongs to the group's queue. */
final class InMemoryRequest {
  private final InMemoryEngine engine;
  private final byte[] command;
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private boolean sent;
  private Cancellable timeout = () -> {};

  InMemoryRequest(InMemoryEngine engine, byte[] command) {
    this.engine = engine;
    this.command = command;
  }

  CompletableFuture<byte[]> result() {
    return result;
  }

  InMemoryEngine engine() {
    return engine;
  }

  byte[] command() {
    return command;
  }

  void begin(InMemoryConsensus group) {
    if (!engine.isRunning()) {
      result.completeExceptionally(
          new NotExecutedException(
              ErrorCode.SHUTTING_DOWN, "voter %s does not take part".formatted(engine.name)));
      return;
    }
    timeout =
        group
            .environment()
            .schedule(group.options().requestTimeout(), () -> group.queue().execute(this::expire));
    group.route(this);
  }

  boolean isOver() {
    return result.isDone();
  }

  void sent() {
    sent = true;
  }

  void answer(byte[] answer) {
    timeout.cancel();
    result.complete(answer);
  }

  private void expire() {
    result.completeExceptionally(
        sent
            ? new OutcomeUnknownException(
                ErrorCode.DEADLINE_DURING_EXECUTION,
                "voter %s got no answer from the leader in time".formatted(engine.name))
            : new NotExecutedException(
                ErrorCode.NODE_UNAVAILABLE,
                "voter %s reached no leader in time".formatted(engine.name)));
  }
}
