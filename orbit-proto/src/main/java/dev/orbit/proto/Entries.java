package dev.orbit.proto;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.state.Fence;
import dev.orbit.proto.wire.DirectoryEntryProto;
import dev.orbit.proto.wire.EntriesRequestProto;
import dev.orbit.proto.wire.EntriesResponseProto;
import dev.orbit.proto.wire.LocationHintProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The contents by which members hand entries of the directory to each other. */
final class Entries {
  private static final String REQUEST = "content.entries_request";
  private static final String RESPONSE = "content.entries_response";
  private static final String HINT = "content.location_hint";

  private Entries() {}

  static EntriesRequestProto toProto(Content.EntriesRequest request) {
    request.partitions().forEach(p -> Fields.notNegative(REQUEST + ".partitions", p));
    return EntriesRequestProto.newBuilder()
        .setKind(toProto(request.kind()))
        .addAllPartitions(request.partitions())
        .setAsker(NodeIds.toProto(request.asker().node()))
        .setAskerIncarnation(request.asker().incarnation())
        .setTransfer(Fields.notNegative(REQUEST + ".transfer", request.transfer()))
        .setChunk(Fields.notNegative(REQUEST + ".chunk", request.chunk()))
        .build();
  }

  static Content fromProto(EntriesRequestProto proto) {
    proto.getPartitionsList().forEach(p -> Fields.notNegative(REQUEST + ".partitions", p));
    return new Content.EntriesRequest(
        kind(proto),
        proto.getPartitionsList(),
        NodeIds.member(
            proto.hasAsker(), proto.getAsker(), proto.getAskerIncarnation(), REQUEST + ".asker"),
        Fields.notNegative(REQUEST + ".transfer", proto.getTransfer()),
        Fields.notNegative(REQUEST + ".chunk", proto.getChunk()));
  }

  private static EntriesRequestProto.Kind toProto(Content.EntriesKind kind) {
    return switch (kind) {
      case HAND_OVER -> EntriesRequestProto.Kind.HAND_OVER;
      case HOSTED -> EntriesRequestProto.Kind.HOSTED;
      case AUDIT -> EntriesRequestProto.Kind.AUDIT;
    };
  }

  private static Content.EntriesKind kind(EntriesRequestProto proto) {
    return switch (proto.getKind()) {
      case HAND_OVER -> Content.EntriesKind.HAND_OVER;
      case HOSTED -> Content.EntriesKind.HOSTED;
      case AUDIT -> Content.EntriesKind.AUDIT;
      case UNRECOGNIZED -> throw Fields.unknownEnum(REQUEST + ".kind", proto.getKindValue());
    };
  }

  static EntriesResponseProto refusal() {
    return EntriesResponseProto.newBuilder().setRefused(true).build();
  }

  static EntriesResponseProto toProto(Content.EntriesResponse response) {
    response.unavailable().forEach(p -> Fields.notNegative(RESPONSE + ".unavailable", p));
    EntriesResponseProto.Builder proto =
        EntriesResponseProto.newBuilder()
            .setLast(response.last())
            .addAllUnavailable(response.unavailable());
    for (Content.Entry entry : response.entries()) {
      proto.addEntries(
          DirectoryEntryProto.newBuilder()
              .setReference(References.toProto(entry.reference()))
              .setHost(NodeIds.toProto(entry.host().node()))
              .setHostIncarnation(entry.host().incarnation())
              .setActivation(
                  Fields.notNegative(RESPONSE + ".entries.activation", entry.activation()))
              .setFenceView(
                  Fields.notNegative(RESPONSE + ".entries.fence_view", entry.fence().view()))
              .setFenceCounter(
                  Fields.notNegative(
                      RESPONSE + ".entries.fence_counter", entry.fence().counter())));
    }
    return proto.build();
  }

  static Content fromProto(EntriesResponseProto proto) {
    if (proto.getRefused()) {
      return new Content.EntriesRefused();
    }
    proto.getUnavailableList().forEach(p -> Fields.notNegative(RESPONSE + ".unavailable", p));
    List<Content.Entry> entries = new ArrayList<>(proto.getEntriesCount());
    for (DirectoryEntryProto entry : proto.getEntriesList()) {
      entries.add(entry(entry));
    }
    return new Content.EntriesResponse(entries, proto.getLast(), proto.getUnavailableList());
  }

  private static Content.Entry entry(DirectoryEntryProto proto) {
    if (!proto.hasReference()) {
      throw Fields.missing(RESPONSE + ".entries.reference");
    }
    return new Content.Entry(
        References.fromProto(proto.getReference(), RESPONSE + ".entries.reference"),
        NodeIds.member(
            proto.hasHost(),
            proto.getHost(),
            proto.getHostIncarnation(),
            RESPONSE + ".entries.host"),
        Fields.notNegative(RESPONSE + ".entries.activation", proto.getActivation()),
        new Fence(
            Fields.notNegative(RESPONSE + ".entries.fence_view", proto.getFenceView()),
            Fields.notNegative(RESPONSE + ".entries.fence_counter", proto.getFenceCounter())));
  }

  static LocationHintProto toProto(Content.LocationHint hint) {
    LocationHintProto.Builder proto =
        LocationHintProto.newBuilder()
            .setReference(References.toProto(hint.reference()))
            .setViewVersion(Fields.notNegative(HINT + ".view_version", hint.viewVersion()));
    hint.host()
        .ifPresent(
            host ->
                proto.setHost(NodeIds.toProto(host.node())).setHostIncarnation(host.incarnation()));
    return proto.build();
  }

  static Content fromProto(LocationHintProto proto) {
    if (!proto.hasReference()) {
      throw Fields.missing(HINT + ".reference");
    }
    Optional<MemberId> host =
        proto.hasHost()
            ? Optional.of(
                NodeIds.member(true, proto.getHost(), proto.getHostIncarnation(), HINT + ".host"))
            : Optional.empty();
    return new Content.LocationHint(
        References.fromProto(proto.getReference(), HINT + ".reference"),
        host,
        Fields.notNegative(HINT + ".view_version", proto.getViewVersion()));
  }
}
