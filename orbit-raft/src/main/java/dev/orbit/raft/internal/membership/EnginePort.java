package dev.orbit.raft.internal.membership;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.internal.cluster.ClusterCodec;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The way to the group from a voter. Renewals are in no hurry and many: they go {@linkplain
 * Gathering together}. Thread-safe.
 */
public final class EnginePort implements ClusterPort {
  private final Environment environment;
  private final ConsensusEngine engine;
  private final Supplier<Duration> unheardFor;
  private final Gathering renewals;

  /**
   * The way through {@code engine}.
   *
   * @param unheardFor as {@link #unheardFor} is to answer
   */
  public EnginePort(
      Environment environment, ConsensusEngine engine, Supplier<Duration> unheardFor) {
    this.environment = environment;
    this.engine = engine;
    this.unheardFor = unheardFor;
    this.renewals = new Gathering(environment, engine);
  }

  @Override
  public Duration unheardFor() {
    return unheardFor.get();
  }

  @Override
  public CompletionStage<CommandAnswer> submit(CommandEnvelope envelope, Duration timeout) {
    CompletableFuture<CommandAnswer> result = new CompletableFuture<>();
    Cancellable timer =
        environment.schedule(
            timeout,
            () ->
                result.completeExceptionally(
                    new OutcomeUnknownException(
                        ErrorCode.DEADLINE_DURING_EXECUTION,
                        "the consensus group did not answer within " + timeout)));
    byte[] command = ClusterCodec.bytes(envelope);
    CompletionStage<byte[]> submitted =
        envelope.command() instanceof ClusterCommand.Renew
            ? renewals.submit(command, timeout)
            : engine.submit(command);
    submitted
        .thenApply(ClusterCodec::answer)
        .whenComplete(
            (answer, failure) -> {
              timer.cancel();
              if (failure == null) {
                result.complete(answer);
              } else {
                result.completeExceptionally(failure);
              }
            });
    return result;
  }
}
