package dev.orbit.proto;

import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.NodeStatusProto;

/** {@link NodeStatus} to and from {@code NodeStatusProto}. */
public final class NodeStatuses {
  private NodeStatuses() {}

  /** The wire form of a status. */
  public static NodeStatusProto toProto(NodeStatus status) {
    return switch (status) {
      case JOINING -> NodeStatusProto.JOINING;
      case ACTIVE -> NodeStatusProto.ACTIVE;
      case DRAINING -> NodeStatusProto.DRAINING;
      case STOPPED -> NodeStatusProto.STOPPED;
    };
  }

  /**
   * The status of that number on the wire.
   *
   * @throws ProtocolException if there is none
   */
  public static NodeStatus fromNumber(int number) {
    return fromNumber(number, "status");
  }

  static NodeStatus fromNumber(int number, String field) {
    NodeStatusProto status = NodeStatusProto.forNumber(number);
    if (status == null) {
      throw Fields.unknownEnum(field, number);
    }
    return switch (status) {
      case JOINING -> NodeStatus.JOINING;
      case ACTIVE -> NodeStatus.ACTIVE;
      case DRAINING -> NodeStatus.DRAINING;
      case STOPPED -> NodeStatus.STOPPED;
      case UNRECOGNIZED -> throw Fields.unknownEnum(field, number);
    };
  }
}
