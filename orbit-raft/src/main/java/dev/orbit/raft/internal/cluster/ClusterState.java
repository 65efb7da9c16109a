package dev.orbit.raft.internal.cluster;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.raft.internal.cluster.ClusterCommand.Announce;
import dev.orbit.raft.internal.cluster.ClusterCommand.Barrier;
import dev.orbit.raft.internal.cluster.ClusterCommand.Expire;
import dev.orbit.raft.internal.cluster.ClusterCommand.Join;
import dev.orbit.raft.internal.cluster.ClusterCommand.Leave;
import dev.orbit.raft.internal.cluster.ClusterCommand.Renew;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refusal;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster has agreed on, and the rules by which commands change it.
 *
 * <p>A life of a node is a member from its {@code Join} to its {@code Leave} or {@code Expire}; the
 * index of the join is its incarnation, and every other command names it, so that a late command of
 * an earlier life finds nothing to change:
 *
 * <pre>
 * command          no such life     JOINING, ACTIVE, DRAINING       STOPPED
 * Join             joins            STILL_HELD                      STILL_HELD    (any life of the node)
 * Renew            NOT_MEMBER       renewed                         renewed
 * Announce(s)      NOT_MEMBER       becomes s                       STOPPED_FOR_GOOD unless s is STOPPED
 * Announce(JOINING)                 HAS_BEGUN unless it is JOINING
 * Leave            NOT_MEMBER       gone                            gone
 * Expire(renewal)  NOT_MEMBER       gone, or OVERTAKEN if the last renewal is a later one
 * Barrier          accepted
 * </pre>
 *
 * <p>A life begins as {@code ACTIVE}, or as {@code JOINING}: then it owns no partition until it has
 * announced that it is {@code ACTIVE}, and nobody is {@code JOINING} a second time.
 *
 * <p>The version of the view grows by one with each change of a member; a renewal makes no view.
 * The first join decides the settings of the cluster for good.
 *
 * <p>A client's newest command is remembered with its answer and not applied again; older ones are
 * refused, since their sender has given them up. The {@value #MAX_CLIENTS} clients heard of last
 * are remembered.
 *
 * <p>Not thread-safe.
 */
final class ClusterState {
  /** A view must fit in one message, and every member costs the leader commits. */
  static final int MAX_MEMBERS = 4096;

  /** More than there can be nodes that are about to join or leave at one time. */
  static final int MAX_CLIENTS = 8192;

  /** What a client sent last. */
  record Remembered(ByteString client, long sequence, CommandAnswer answer) {}

  /** An answer, and the change of the view if there is one. */
  record Outcome(CommandAnswer answer, Optional<ViewDelta> change) {}

  private long lastApplied;
  private @Nullable ClusterSettings settings;
  private ClusterView view;
  private final SortedMap<NodeId, Long> lastRenewals = new TreeMap<>();
  private final ClientTable clients = new ClientTable(MAX_CLIENTS);

  /** The state before any command, with {@code start} as its view. */
  ClusterState(ClusterView start) {
    this.view = start;
  }

  /** The state as it was written down. */
  ClusterState(
      long lastApplied,
      @Nullable ClusterSettings settings,
      ClusterView view,
      Map<NodeId, Long> lastRenewals,
      List<Remembered> clients) {
    this.lastApplied = lastApplied;
    this.settings = settings;
    this.view = view;
    this.lastRenewals.putAll(lastRenewals);
    clients.forEach(this.clients::put);
  }

  long lastApplied() {
    return lastApplied;
  }

  Optional<ClusterSettings> settings() {
    return Optional.ofNullable(settings);
  }

  ClusterView view() {
    return view;
  }

  /** By node: the index of the last renewal of the life that is a member. */
  SortedMap<NodeId, Long> lastRenewals() {
    return Collections.unmodifiableSortedMap(lastRenewals);
  }

  /** The clients whose last command is remembered, the one longest silent first. */
  Collection<Remembered> clients() {
    return clients.all();
  }

  /** Applies the command of the log entry {@code index}. */
  Outcome apply(long index, CommandEnvelope envelope) {
    if (index <= lastApplied) {
      throw new IllegalStateException("entry %d came after entry %d".formatted(index, lastApplied));
    }
    lastApplied = index;
    if (envelope.client().isEmpty()) {
      return apply(index, envelope.command());
    }
    Optional<Remembered> last = clients.get(envelope.client());
    if (last.isPresent() && envelope.sequence() <= last.get().sequence()) {
      return unchanged(repeated(envelope, last.get()));
    }
    Outcome outcome = apply(index, envelope.command());
    clients.put(new Remembered(envelope.client(), envelope.sequence(), outcome.answer()));
    return outcome;
  }

  private CommandAnswer repeated(CommandEnvelope envelope, Remembered last) {
    if (envelope.sequence() == last.sequence()) {
      return last.answer();
    }
    return refusal(
        Refusal.SUPERSEDED,
        "command %d of its client came after command %d"
            .formatted(envelope.sequence(), last.sequence()));
  }

  private Outcome apply(long index, ClusterCommand command) {
    return switch (command) {
      case Join join -> join(index, join);
      case Renew(MemberId id) -> renew(index, id);
      case Announce(MemberId id, NodeStatus status) -> announce(index, id, status);
      case Leave(MemberId id) -> view.contains(id) ? remove(index, id) : notMember(id);
      case Expire(MemberId id, long renewal) -> expire(index, id, renewal);
      case Barrier() -> unchanged(accepted(index));
    };
  }

  private Outcome join(long index, Join join) {
    Optional<CommandAnswer> refusal = refusalOf(join);
    if (refusal.isPresent()) {
      return unchanged(refusal.get());
    }
    if (settings == null) {
      settings = join.settings();
    }
    MemberId id = new MemberId(join.node(), index);
    lastRenewals.put(join.node(), index);
    return changed(
        index,
        Optional.of(new Member(id, join.endpoint(), join.capabilities(), join.as())),
        Optional.empty());
  }

  private Optional<CommandAnswer> refusalOf(Join join) {
    if (!join.settings().cluster().equals(view.cluster())) {
      return Optional.of(
          refusal(
              Refusal.WRONG_CLUSTER,
              "%s belongs to cluster '%s', this is cluster '%s'"
                  .formatted(join.node(), join.settings().cluster(), view.cluster())));
    }
    if (settings != null && !settings.equals(join.settings())) {
      return Optional.of(
          refusal(
              Refusal.WRONG_SETTINGS,
              "the cluster has settings [%s], %s has [%s]; give all nodes the same"
                  .formatted(settings, join.node(), join.settings())));
    }
    Optional<Member> held = view.member(join.node());
    if (held.isPresent()) {
      return Optional.of(
          refusal(
              Refusal.STILL_HELD,
              "%s is still a member; its lease must end first".formatted(held.get().id())));
    }
    if (view.members().size() >= MAX_MEMBERS) {
      return Optional.of(
          refusal(
              Refusal.TOO_MANY_MEMBERS,
              "the cluster has %d members, and may have no more".formatted(MAX_MEMBERS)));
    }
    return Optional.empty();
  }

  private Outcome renew(long index, MemberId id) {
    if (!view.contains(id)) {
      return notMember(id);
    }
    lastRenewals.put(id.node(), index);
    return unchanged(accepted(index));
  }

  private Outcome announce(long index, MemberId id, NodeStatus status) {
    Optional<Member> found = view.member(id.node()).filter(member -> member.id().equals(id));
    if (found.isEmpty()) {
      return notMember(id);
    }
    Member member = found.get();
    if (member.status() == status) {
      return unchanged(accepted(index));
    }
    if (member.status() == NodeStatus.STOPPED) {
      return unchanged(
          refusal(
              Refusal.STOPPED_FOR_GOOD,
              "%s has stopped and cannot become %s; it must join again".formatted(id, status)));
    }
    if (status == NodeStatus.JOINING) {
      return unchanged(
          refusal(
              Refusal.HAS_BEGUN,
              "%s is %s and cannot become JOINING; it must join again"
                  .formatted(id, member.status())));
    }
    return changed(
        index,
        Optional.of(new Member(id, member.endpoint(), member.capabilities(), status)),
        Optional.empty());
  }

  private Outcome expire(long index, MemberId id, long renewal) {
    if (!view.contains(id)) {
      return notMember(id);
    }
    long last = lastRenewals.getOrDefault(id.node(), 0L);
    if (last != renewal) {
      return unchanged(
          refusal(
              Refusal.OVERTAKEN,
              "%s renewed by entry %d, after entry %d".formatted(id, last, renewal)));
    }
    return remove(index, id);
  }

  private Outcome remove(long index, MemberId id) {
    lastRenewals.remove(id.node());
    return changed(index, Optional.empty(), Optional.of(id));
  }

  private Outcome changed(long index, Optional<Member> present, Optional<MemberId> absent) {
    long version = view.version() + 1;
    List<Member> members = new ArrayList<>(view.members());
    absent.ifPresent(gone -> members.removeIf(member -> member.id().equals(gone)));
    present.ifPresent(
        member -> {
          members.removeIf(other -> other.id().equals(member.id()));
          members.add(member);
        });
    PartitionTable table = table();
    ViewDelta delta =
        new ViewDelta(
            version, table.size(), present, absent, PartitionAssignment.moves(table, members));
    view = delta.applyTo(view);
    return new Outcome(accepted(index), Optional.of(delta));
  }

  /** Its size is free until somebody joins. */
  private PartitionTable table() {
    PartitionTable table = view.partitions();
    int decided = settings == null ? table.size() : settings.partitions();
    return decided == table.size() ? table : PartitionTable.unowned(decided);
  }

  private Outcome notMember(MemberId id) {
    return unchanged(refusal(Refusal.NOT_MEMBER, "%s is not in the cluster".formatted(id)));
  }

  private static Outcome unchanged(CommandAnswer answer) {
    return new Outcome(answer, Optional.empty());
  }

  private Accepted accepted(long index) {
    return new Accepted(index, view.version());
  }

  private Refused refusal(Refusal reason, String description) {
    return new Refused(reason, description, view.version());
  }
}
