package dev.orbit.runtime.internal.directory;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the entries of the partitions that this node has come to own, and lets it serve them.
 * Thread-safe by its monitor, which is taken before those of seats.
 *
 * <p>A {@link Round} fetches partitions that came by one view, a window of them at a time: from
 * their former owner, or, in a recovery, from every other member at once.
 */
final class Takeover {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  private final Surroundings around;
  private final Seat[] seats;
  private final List<Round> rounds = new ArrayList<>();
  private final List<Receipt> receipts = new ArrayList<>();
  private ClusterView view;
  private boolean ended;

  Takeover(Surroundings around, Seat[] seats, ClusterView none) {
    this.around = around;
    this.seats = seats;
    this.view = none;
  }

  /**
   * Begins what a view made necessary.
   *
   * @param fromMembers the gained partitions by their former owners
   * @param fromNobody the gained partitions that are to be recovered
   */
  void apply(ClusterView next, Map<MemberId, BitSet> fromMembers, BitSet fromNobody) {
    Effects effects = new Effects();
    synchronized (this) {
      if (ended) {
        return;
      }
      view = next;
      BitSet lost = new BitSet();
      for (int partition = 0; partition < seats.length; partition++) {
        if (!next.partitions().isOwner(around.self(), partition)) {
          lost.set(partition);
        }
      }
      receipts.removeIf(receipt -> !next.contains(receipt.source()));
      for (Round round : List.copyOf(rounds)) {
        round.apply(next, lost, effects);
      }
      fromMembers.forEach(
          (source, partitions) -> begin(next.version(), source, partitions, effects));
      if (!fromNobody.isEmpty()) {
        recover(next.version(), fromNobody, effects);
      }
    }
    effects.run();
  }

  private void begin(long since, MemberId source, BitSet partitions, Effects effects) {
    LOG.info(
        "event=hand-over member={} view={} from={} partitions={}",
        around.self(),
        since,
        source,
        partitions.cardinality());
    add(new Round(this, around, since, Content.EntriesKind.HAND_OVER, partitions))
        .start(List.of(source), effects);
  }

  /**
   * Asks everybody that may host something: who is still to get ready has never hosted anything in
   * this life. Also called by rounds that could not get what they wanted from one member.
   */
  void recover(long since, BitSet partitions, Effects effects) {
    List<MemberId> others =
        view.members().stream()
            .filter(member -> member.status() != NodeStatus.JOINING)
            .map(Member::id)
            .filter(member -> !member.equals(around.self()))
            .toList();
    LOG.info(
        "event=recovery member={} view={} partitions={} members={}",
        around.self(),
        since,
        partitions.cardinality(),
        others.size());
    add(new Round(this, around, since, Content.EntriesKind.HOSTED, partitions))
        .start(others, effects);
  }

  private Round add(Round round) {
    rounds.add(round);
    return round;
  }

  void done(Round round) {
    rounds.remove(round);
  }

  void install(int partition, long since, List<Content.Entry> entries, Effects effects) {
    effects.add(() -> seats[partition].install(since, entries));
  }

  /** All that a member had has arrived, and it may forget it. */
  void received(MemberId source, long since, Content.EntriesRequest received, Effects effects) {
    Receipt receipt = new Receipt(this, around, source, since, received);
    receipts.add(receipt);
    receipt.tell(effects);
  }

  int partitionOf(Content.Entry entry) {
    return view.partitions().partitionOf(entry.reference());
  }

  /** Goes on; whether there is something yet for the next tick. */
  synchronized boolean tick(Effects effects) {
    if (!ended) {
      rounds.forEach(round -> round.tick(effects));
      receipts.forEach(receipt -> receipt.tick(effects));
      receipts.removeIf(Receipt::isDone);
    }
    return !rounds.isEmpty() || !receipts.isEmpty();
  }

  synchronized void end() {
    ended = true;
    rounds.clear();
    receipts.clear();
  }
}
