package dev.orbit.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One node as it was seen.
 *
 * @param name unique in the cluster
 * @param pid its process; 0 when it has none
 * @param grpc where it takes actor traffic
 * @param raft where it takes Raft traffic; null when it is no voter
 * @param state its state in one word
 * @param leader whether it leads the voters
 */
record NodeRow(
    String name, long pid, String grpc, @Nullable String raft, String state, boolean leader) {
  static final String DEAD = "dead";
  static final String STOPPED = "stopped";

  static NodeRow notStarted(NodeSpec spec) {
    return new NodeRow(spec.name(), 0, spec.grpc(), spec.raft(), STOPPED, false);
  }

  NodeSpec spec() {
    return new NodeSpec(name, grpc, raft);
  }

  boolean ready() {
    return state.equals(word(NodeFile.State.READY));
  }

  boolean running() {
    return pid != 0;
  }

  NodeRow seen(long newPid, String newState, boolean isLeader) {
    return new NodeRow(name, newPid, grpc, raft, newState, isLeader);
  }

  static String word(NodeFile.State state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
