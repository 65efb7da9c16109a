package dev.orbit.raft.consensus;

import dev.orbit.api.env.Cancellable;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One voter of a consensus group.
 *
 * <p>Thread-safe. No method blocks except {@link #start} and {@link #close}.
 */
public interface ConsensusEngine extends AutoCloseable {
  /**
   * Opens the log, restores the state machine and joins the group. Returns when this voter takes
   * part, whether or not there is a leader yet.
   *
   * @throws dev.orbit.api.error.ConfigurationException if it must not take part, with what to do
   */
  void start(ReplicatedStateMachine stateMachine);

  /**
   * Replicates a command and applies it exactly once, however often it had to be sent.
   *
   * @return the state machine's answer; or a failure of {@link
   *     dev.orbit.api.error.NotExecutedException} or {@link
   *     dev.orbit.api.error.OutcomeUnknownException}, within the request timeout. It completes on a
   *     thread of the engine, which must not be blocked.
   */
  CompletionStage<byte[]> submit(byte[] command);

  /**
   * As many calls of {@link #submit}, of which an engine may make one entry. Each has its own
   * answer.
   */
  default List<CompletionStage<byte[]>> submitAll(List<byte[]> commands) {
    return commands.stream().map(this::submit).toList();
  }

  /** Who leads, as far as this voter knows. */
  Leadership leadership();

  /**
   * Calls {@code listener} with every change of {@link #leadership}, in order, on a thread of the
   * engine that must not be blocked.
   */
  Cancellable onLeadership(Consumer<Leadership> listener);

  /** What is wrong with this voter, if anything. */
  EngineHealth health();

  /** Leaves the group for now, keeping the log. Idempotent. */
  @Override
  void close();
}
