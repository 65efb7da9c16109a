package dev.orbit.proto;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.NodeCapabilitiesProto;
import dev.orbit.proto.wire.NodeInfoProto;
import dev.orbit.proto.wire.PlacementRuleProto;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@link Member} to and from {@code NodeInfoProto}. The host stands in {@code url}. A lease is
 * neither sent nor read: a node's lease is measured on the node's own clock and means nothing on
 * another.
 */
public final class Members {
  private Members() {}

  /**
   * The wire form of a member.
   *
   * @throws ProtocolException if its name holds half of a surrogate pair
   */
  public static NodeInfoProto toProto(Member member) {
    return NodeInfoProto.newBuilder()
        .setId(NodeIds.toProto(member.id().node()))
        .setUrl(member.endpoint().host())
        .setPort(member.endpoint().port())
        .setCapabilities(toProto(member.capabilities()))
        .setStatus(NodeStatuses.toProto(member.status()))
        .setIncarnation(member.id().incarnation())
        .build();
  }

  /**
   * The member that was meant.
   *
   * @throws ProtocolException if something of it is missing or out of range
   */
  public static Member fromProto(NodeInfoProto proto) {
    return fromProto(proto, "node_info");
  }

  static Member fromProto(NodeInfoProto proto, String field) {
    if (!proto.hasId()) {
      throw Fields.missing(field + ".id");
    }
    if (proto.getIncarnation() < 1) {
      throw Fields.violation(
          field + ".incarnation",
          "%d is not within 1 to %d".formatted(proto.getIncarnation(), Long.MAX_VALUE));
    }
    MemberId id =
        new MemberId(NodeIds.fromProto(proto.getId(), field + ".id"), proto.getIncarnation());
    return new Member(
        id,
        endpoint(proto, field),
        capabilities(proto.getCapabilities(), field + ".capabilities"),
        NodeStatuses.fromNumber(proto.getStatusValue(), field + ".status"));
  }

  private static Endpoint endpoint(NodeInfoProto proto, String field) {
    if (proto.getUrl().isBlank()) {
      throw Fields.violation(field + ".url", "is empty");
    }
    if (proto.getPort() < 0 || proto.getPort() > 65535) {
      throw Fields.violation(
          field + ".port",
          "%s is not within 0 to 65535".formatted(Integer.toUnsignedString(proto.getPort())));
    }
    return new Endpoint(proto.getUrl(), proto.getPort());
  }

  /**
   * The wire form of what a node offers; names stand in their order, so that equal values have
   * equal bytes.
   */
  public static NodeCapabilitiesProto toProto(NodeCapabilities capabilities) {
    NodeCapabilitiesProto.Builder proto =
        NodeCapabilitiesProto.newBuilder()
            .addAllAddressableTypes(new TreeSet<>(capabilities.addressableTypes()))
            .putAllTags(new TreeMap<>(capabilities.tags()));
    capabilities.maxAddressables().ifPresent(proto::setMaxAddressables);
    new TreeMap<>(capabilities.placements())
        .forEach((type, rule) -> proto.putPlacements(type, toProto(rule)));
    return proto.build();
  }

  /**
   * What a node said to offer.
   *
   * @throws ProtocolException if a type is empty, too long or named twice, or the limit is 0
   */
  public static NodeCapabilities fromProto(NodeCapabilitiesProto proto) {
    return capabilities(proto, "capabilities");
  }

  private static NodeCapabilities capabilities(NodeCapabilitiesProto proto, String field) {
    Set<String> types = new TreeSet<>();
    for (String type : proto.getAddressableTypesList()) {
      Fields.name(field + ".addressable_types", type, 1, AddressableReference.MAX_TYPE_LENGTH);
      if (!types.add(type)) {
        throw Fields.violation(field + ".addressable_types", "'%s' stands twice".formatted(type));
      }
    }
    OptionalInt max = OptionalInt.empty();
    if (proto.hasMaxAddressables()) {
      if (proto.getMaxAddressables() < 1) {
        throw Fields.violation(
            field + ".max_addressables",
            "%s is not within 1 to %d"
                .formatted(
                    Integer.toUnsignedString(proto.getMaxAddressables()), Integer.MAX_VALUE));
      }
      max = OptionalInt.of(proto.getMaxAddressables());
    }
    Map<String, PlacementRule> placements = new TreeMap<>();
    proto
        .getPlacementsMap()
        .forEach(
            (type, rule) -> {
              String named = field + ".placements";
              Fields.name(named, type, 1, AddressableReference.MAX_TYPE_LENGTH);
              placements.put(type, rule(rule));
            });
    return new NodeCapabilities(types, max, proto.getTagsMap(), placements);
  }

  private static PlacementRule rule(PlacementRuleProto proto) {
    PlacementRule rule = new PlacementRule(proto.getRequiresMap(), proto.getPrefersMap());
    return proto.getStrategy().isEmpty() ? rule : rule.by(proto.getStrategy());
  }

  private static PlacementRuleProto toProto(PlacementRule rule) {
    return PlacementRuleProto.newBuilder()
        .putAllRequires(new TreeMap<>(rule.requires()))
        .putAllPrefers(new TreeMap<>(rule.prefers()))
        .setStrategy(rule.isByHash() ? "" : rule.strategy())
        .build();
  }
}
