package dev.orbit.raft.internal.atomix;

import dev.orbit.raft.consensus.Leadership;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sees who leads, and has this voter do what a leader does while it leads itself. Thread-safe; it
 * acts on the protocol's thread.
 */
final class LeaderWatch {
  private final String self;
  private final Supplier<Optional<RaftContext>> raft;
  private final LeaderQueue queue;
  private final Pulses pulses;
  private final Consumer<Leadership> told;
  private volatile boolean leading;

  /**
   * Has seen nobody yet.
   *
   * @param raft Atomix, once this voter takes part
   * @param told hears who leads after each change, and again when nothing has changed
   */
  LeaderWatch(
      String self,
      Supplier<Optional<RaftContext>> raft,
      LeaderQueue queue,
      Pulses pulses,
      Consumer<Leadership> told) {
    this.self = self;
    this.raft = raft;
    this.queue = queue;
    this.pulses = pulses;
    this.told = told;
  }

  /** Whether this voter leads, and its role has begun. */
  boolean isLeading() {
    return leading;
  }

  /** On the protocol's thread. */
  void roleChanged(RaftServer.Role role) {
    boolean leads = role == RaftServer.Role.LEADER;
    leading = leads;
    if (leads) {
      pulses.begin();
      queue.lead();
    } else {
      pulses.end();
      queue.follow();
    }
    observe();
  }

  /** Atomix has changed its leader or its term, and may be about to change more. */
  void observeSoon() {
    raft.get().ifPresent(opened -> opened.getThreadContext().execute(this::observe));
  }

  /** Looks who leads; on the protocol's thread. */
  void observe() {
    raft.get().ifPresent(this::observe);
  }

  private void observe(RaftContext opened) {
    DefaultRaftMember member = opened.getLeader();
    Optional<String> leader = Optional.ofNullable(member).map(m -> m.memberId().id());
    boolean isSelf = leader.isPresent() && leader.get().equals(self);
    // Elected, but its role has not begun: it takes no commands yet.
    if (!isSelf || leading) {
      told.accept(new Leadership(opened.getTerm(), leader, isSelf));
    }
  }
}
