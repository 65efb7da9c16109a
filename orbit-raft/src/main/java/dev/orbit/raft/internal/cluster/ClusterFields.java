package dev.orbit.raft.internal.cluster;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.Members;
import dev.orbit.proto.NodeIds;
import dev.orbit.proto.NodeStatuses;
import dev.orbit.proto.cluster.MemberIdProto;
import dev.orbit.proto.cluster.MemberProto;

/** The parts that commands, views and snapshots have in common, to and from protobuf. */
final class ClusterFields {
  private ClusterFields() {}

  static ProtocolException bad(String field, String problem) {
    return new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, field + " " + problem);
  }

  static void partitions(int count) {
    if (count < 1 || count > PartitionTable.MAX_PARTITIONS) {
      throw bad(
          "partitions",
          "is %d; allowed are 1 to %d".formatted(count, PartitionTable.MAX_PARTITIONS));
    }
  }

  static MemberIdProto proto(MemberId id) {
    return MemberIdProto.newBuilder()
        .setNode(NodeIds.toProto(id.node()))
        .setIncarnation(id.incarnation())
        .build();
  }

  static MemberId memberId(MemberIdProto proto) {
    if (proto.getIncarnation() < 1) {
      throw bad("member.incarnation", "is %d; the least is 1".formatted(proto.getIncarnation()));
    }
    return new MemberId(NodeIds.fromProto(proto.getNode()), proto.getIncarnation());
  }

  static Endpoint endpoint(String host, int port) {
    if (port == 0) {
      throw bad("port", "is 0; a node must say where it listens");
    }
    try {
      return new Endpoint(host, port);
    } catch (IllegalArgumentException e) {
      throw bad("endpoint", "cannot be: " + e.getMessage());
    }
  }

  static MemberProto proto(Member member) {
    return MemberProto.newBuilder()
        .setId(proto(member.id()))
        .setHost(member.endpoint().host())
        .setPort(member.endpoint().port())
        .setCapabilities(Members.toProto(member.capabilities()))
        .setStatus(NodeStatuses.toProto(member.status()))
        .build();
  }

  static Member member(MemberProto proto) {
    return new Member(
        memberId(proto.getId()),
        endpoint(proto.getHost(), proto.getPort()),
        Members.fromProto(proto.getCapabilities()),
        NodeStatuses.fromNumber(proto.getStatusValue()));
  }
}
