package dev.orbit.raft.internal.cluster;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.cluster.OwnedPartitionsProto;
import dev.orbit.proto.cluster.ViewDeltaProto;
import dev.orbit.proto.cluster.ViewProto;
import dev.orbit.proto.cluster.ViewStepProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Views and their changes to and from protobuf. Total, as {@link ClusterCodec}. */
public final class ViewCodec {
  private ViewCodec() {}

  /** The wire form of a step. */
  public static ViewStepProto proto(ViewStep step) {
    return switch (step) {
      case ViewStep.Change(ViewDelta delta) ->
          ViewStepProto.newBuilder().setDelta(proto(delta)).build();
      case ViewStep.Jump(ClusterView view) ->
          ViewStepProto.newBuilder().setJump(proto(view)).build();
    };
  }

  /**
   * The step that was meant.
   *
   * @throws ProtocolException if it is none
   */
  public static ViewStep step(ViewStepProto proto) {
    return switch (proto.getStepCase()) {
      case DELTA -> new ViewStep.Change(delta(proto.getDelta()));
      case JUMP -> new ViewStep.Jump(view(proto.getJump()));
      case STEP_NOT_SET -> throw ClusterFields.bad("view step", "is missing or unknown");
    };
  }

  private static ViewDeltaProto proto(ViewDelta delta) {
    ViewDeltaProto.Builder proto =
        ViewDeltaProto.newBuilder().setVersion(delta.version()).setPartitions(delta.partitions());
    delta.present().ifPresent(member -> proto.setPresent(ClusterFields.proto(member)));
    delta.absent().ifPresent(id -> proto.setAbsent(ClusterFields.proto(id)));
    return proto.addAllMoved(owned(delta.moves())).build();
  }

  private static ViewDelta delta(ViewDeltaProto proto) {
    ClusterFields.partitions(proto.getPartitions());
    Optional<Member> present =
        proto.hasPresent()
            ? Optional.of(ClusterFields.member(proto.getPresent()))
            : Optional.empty();
    Optional<MemberId> absent =
        proto.hasAbsent()
            ? Optional.of(ClusterFields.memberId(proto.getAbsent()))
            : Optional.empty();
    return new ViewDelta(
        proto.getVersion(),
        proto.getPartitions(),
        present,
        absent,
        moves(proto.getMovedList(), proto.getPartitions()));
  }

  static ViewProto proto(ClusterView view) {
    ViewProto.Builder proto =
        ViewProto.newBuilder()
            .setVersion(view.version())
            .setCluster(view.cluster())
            .setPartitions(view.partitions().size());
    view.members().forEach(member -> proto.addMembers(ClusterFields.proto(member)));
    List<ViewDelta.Move> owned = new ArrayList<>();
    for (int p = 0; p < view.partitions().size(); p++) {
      Optional<MemberId> owner = view.partitions().owner(p);
      if (owner.isPresent()) {
        owned.add(new ViewDelta.Move(p, owner));
      }
    }
    return proto.addAllOwned(owned(owned)).build();
  }

  static ClusterView view(ViewProto proto) {
    ClusterFields.partitions(proto.getPartitions());
    List<Member> members = new ArrayList<>(proto.getMembersCount());
    Set<Object> nodes = new HashSet<>();
    proto.getMembersList().forEach(member -> members.add(ClusterFields.member(member)));
    for (Member member : members) {
      if (!nodes.add(member.id().node())) {
        throw ClusterFields.bad("view", "has two members of the name " + member.id().node());
      }
    }
    List<Optional<MemberId>> owners =
        new ArrayList<>(Collections.nCopies(proto.getPartitions(), Optional.empty()));
    for (ViewDelta.Move move : moves(proto.getOwnedList(), proto.getPartitions())) {
      owners.set(move.partition(), move.owner());
    }
    return new ClusterView(
        proto.getVersion(), proto.getCluster(), members, PartitionTable.of(owners));
  }

  /** Grouped by owner, in the order in which owners first occur. */
  private static List<OwnedPartitionsProto> owned(List<ViewDelta.Move> moves) {
    Map<Optional<MemberId>, OwnedPartitionsProto.Builder> byOwner = new LinkedHashMap<>();
    for (ViewDelta.Move move : moves) {
      byOwner
          .computeIfAbsent(move.owner(), owner -> OwnedPartitionsProto.newBuilder())
          .addPartitions(move.partition());
    }
    List<OwnedPartitionsProto> list = new ArrayList<>(byOwner.size());
    byOwner.forEach(
        (owner, proto) -> {
          owner.ifPresent(id -> proto.setOwner(ClusterFields.proto(id)));
          list.add(proto.build());
        });
    return list;
  }

  private static List<ViewDelta.Move> moves(List<OwnedPartitionsProto> list, int partitions) {
    List<ViewDelta.Move> moves = new ArrayList<>();
    for (OwnedPartitionsProto proto : list) {
      Optional<MemberId> owner =
          proto.hasOwner()
              ? Optional.of(ClusterFields.memberId(proto.getOwner()))
              : Optional.empty();
      for (int partition : proto.getPartitionsList()) {
        if (partition < 0 || partition >= partitions) {
          throw ClusterFields.bad("partition", "is %d of %d".formatted(partition, partitions));
        }
        moves.add(new ViewDelta.Move(partition, owner));
      }
    }
    moves.sort(Comparator.comparingInt(ViewDelta.Move::partition));
    return moves;
  }
}
