package dev.orbit.raft.internal.cluster;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.SortedMap;

/**
 * {@link ClusterState} behind the consensus port, with an observer of what it does on this voter.
 *
 * <p>An entry that cannot be read is the end of this voter, since others may have read it: what
 * goes into the log was checked where it was submitted.
 *
 * <p>Called by the engine's one thread.
 */
public final class ClusterStateMachine implements ReplicatedStateMachine {
  /** Is told, on the engine's thread, what happened here; must not block. */
  public interface Observer {
    /** The member was heard of: by its join or a renewal, the entry {@code index}. */
    void heardOf(MemberId member, long index);

    /** The view changed. */
    void changed(ViewDelta change);

    /**
     * The state was replaced.
     *
     * @param lastRenewals by node the index of the last renewal of its present life
     */
    void replaced(ClusterView view, SortedMap<NodeId, Long> lastRenewals);

    /** All entries up to {@code index} are applied. The last call for an entry. */
    void applied(long index, Optional<ClusterSettings> settings);
  }

  private final Observer observer;
  private ClusterState state;

  /**
   * A state machine before its first command.
   *
   * @param start the view to begin with, the same on all voters
   */
  public ClusterStateMachine(ClusterView start, Observer observer) {
    this.state = new ClusterState(start);
    this.observer = observer;
  }

  @Override
  public byte[] apply(long index, byte[] command) {
    CommandEnvelope envelope = ClusterCodec.envelope(command);
    ClusterState.Outcome outcome = state.apply(index, envelope);
    heardOf(index, envelope.command());
    outcome.change().ifPresent(observer::changed);
    observer.applied(index, state.settings());
    return ClusterCodec.bytes(outcome.answer());
  }

  private void heardOf(long index, ClusterCommand command) {
    Optional<NodeId> node =
        switch (command) {
          case ClusterCommand.Join join -> Optional.of(join.node());
          case ClusterCommand.Renew renew -> Optional.of(renew.member().node());
          case ClusterCommand.Announce announce -> Optional.empty();
          case ClusterCommand.Leave leave -> Optional.empty();
          case ClusterCommand.Expire expire -> Optional.empty();
          case ClusterCommand.Barrier barrier -> Optional.empty();
        };
    node.filter(id -> Long.valueOf(index).equals(state.lastRenewals().get(id)))
        .flatMap(id -> state.view().member(id))
        .ifPresent(member -> observer.heardOf(member.id(), index));
  }

  @Override
  public void snapshot(OutputStream out) throws IOException {
    ClusterSnapshot.write(state, out);
  }

  @Override
  public void restore(InputStream in) throws IOException {
    state = ClusterSnapshot.read(in);
    observer.replaced(state.view(), state.lastRenewals());
    observer.applied(state.lastApplied(), state.settings());
  }
}
