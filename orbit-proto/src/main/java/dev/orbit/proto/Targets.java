package dev.orbit.proto;

import dev.orbit.api.address.NodeId;
import dev.orbit.proto.wire.MessageTargetProto;
import dev.orbit.proto.wire.NodeIdProto;
import java.util.ArrayList;
import java.util.List;

/** {@link Target} to and from {@code MessageTargetProto}. */
final class Targets {
  private static final String UNICAST = "target.unicast_target.target";
  private static final String ROUTE = "target.routed_unicast_target.target";

  private Targets() {}

  static MessageTargetProto toProto(Target target) {
    MessageTargetProto.Builder proto = MessageTargetProto.newBuilder();
    return switch (target) {
      case Target.Unicast(NodeId node) ->
          proto
              .setUnicastTarget(
                  MessageTargetProto.Unicast.newBuilder().setTarget(NodeIds.toProto(node)))
              .build();
      case Target.RoutedUnicast(List<NodeId> route) ->
          proto
              .setRoutedUnicastTarget(
                  MessageTargetProto.RoutedUnicast.newBuilder()
                      .addAllTarget(NodeIds.toProtos(route)))
              .build();
    };
  }

  static Target fromProto(MessageTargetProto proto) {
    return switch (proto.getTargetCase()) {
      case UNICAST_TARGET -> {
        if (!proto.getUnicastTarget().hasTarget()) {
          throw Fields.missing(UNICAST);
        }
        yield new Target.Unicast(NodeIds.fromProto(proto.getUnicastTarget().getTarget(), UNICAST));
      }
      case ROUTED_UNICAST_TARGET -> route(proto.getRoutedUnicastTarget().getTargetList());
      case TARGET_NOT_SET ->
          throw Fields.noCase(
              "target", "unicast_target, routed_unicast_target", proto.getUnknownFields());
    };
  }

  private static Target route(List<NodeIdProto> protos) {
    if (protos.isEmpty() || protos.size() > Target.RoutedUnicast.MAX_HOPS) {
      throw Fields.violation(
          ROUTE,
          "has %d nodes; allowed are 1 to %d"
              .formatted(protos.size(), Target.RoutedUnicast.MAX_HOPS));
    }
    List<NodeId> route = new ArrayList<>(protos.size());
    for (NodeIdProto proto : protos) {
      route.add(NodeIds.fromProto(proto, ROUTE));
    }
    return new Target.RoutedUnicast(route);
  }
}
