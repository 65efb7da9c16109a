package dev.orbit.raft.consensus;

import java.util.List;

/** A group of voters of some engine, as a contract kit drives it. */
public interface EngineGroup extends AutoCloseable {
  /** The ids of all voters, running or not. */
  List<String> voters();

  /** Starts a voter on what it left behind. */
  void start(String voter);

  /** Ends a running voter without giving it time for anything. */
  void kill(String voter);

  /** A running voter's engine. */
  ConsensusEngine engine(String voter);

  /** The state machine of a voter's present or last run. */
  RecordingMachine machine(String voter);

  @Override
  void close();
}
