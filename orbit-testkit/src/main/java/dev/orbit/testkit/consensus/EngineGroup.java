package dev.orbit.testkit.consensus;

import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The voters of one group under test.
 *
 * <p>Used by one thread, except for what {@link #engine} gives.
 */
public interface EngineGroup extends AutoCloseable {
  /** The ids of all voters, running or not. */
  List<String> voters();

  /**
   * Starts a voter, on what it left behind if it ran before. Returns when its engine was started.
   *
   * @param machine in its first state
   */
  void start(String voter, ReplicatedStateMachine machine);

  /** Ends a running voter without giving it time for anything. */
  void kill(String voter);

  /** The engine of a running voter. */
  ConsensusEngine engine(String voter);

  /**
   * Has a running voter replace the beginning of its log by a snapshot, instead of waiting until it
   * does so by itself. Completes when it has.
   */
  CompletionStage<?> compact(String voter);

  /** Ends all voters and removes what they kept. */
  @Override
  void close();
}
