package dev.orbit.proto;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.NodeIdProto;
import java.util.ArrayList;
import java.util.List;

/** {@link NodeId} to and from {@code NodeIdProto}. */
public final class NodeIds {
  private NodeIds() {}

  /**
   * The wire form of a node's name.
   *
   * @throws ProtocolException if it holds half of a surrogate pair
   */
  public static NodeIdProto toProto(NodeId id) {
    return NodeIdProto.newBuilder()
        .setKey(Fields.wellFormed("node_id.key", id.key()))
        .setNamespace(Fields.wellFormed("node_id.namespace", id.namespace()))
        .build();
  }

  /**
   * The node that was meant.
   *
   * @throws ProtocolException if key or namespace is empty or too long
   */
  public static NodeId fromProto(NodeIdProto proto) {
    return fromProto(proto, "node_id");
  }

  static NodeId fromProto(NodeIdProto proto, String field) {
    String key = proto.getKey();
    if (key.isEmpty() || key.length() > NodeId.MAX_LENGTH) {
      throw badLength(field + ".key", key);
    }
    String namespace = proto.getNamespace();
    if (namespace.isEmpty() || namespace.length() > NodeId.MAX_LENGTH) {
      throw badLength(field + ".namespace", namespace);
    }
    return new NodeId(key, namespace);
  }

  /** One life of a node, whose name and incarnation stand in two fields. */
  static MemberId member(boolean present, NodeIdProto proto, long incarnation, String field) {
    if (!present) {
      throw Fields.missing(field);
    }
    return new MemberId(
        fromProto(proto, field), Fields.positive(field + "_incarnation", incarnation));
  }

  static List<NodeIdProto> toProtos(List<NodeId> ids) {
    List<NodeIdProto> protos = new ArrayList<>(ids.size());
    for (NodeId id : ids) {
      protos.add(toProto(id));
    }
    return protos;
  }

  private static ProtocolException badLength(String field, String value) {
    return Fields.violation(
        field,
        "has %d characters; allowed are 1 to %d".formatted(value.length(), NodeId.MAX_LENGTH));
  }
}
