package dev.orbit.proto;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.state.Fence;
import dev.orbit.proto.Content.DirectoryOperation;
import dev.orbit.proto.wire.AddressableLeaseProto;
import dev.orbit.proto.wire.DirectoryRequestProto;
import dev.orbit.proto.wire.DirectoryResponseProto;
import dev.orbit.proto.wire.LeaseRequestProto;
import dev.orbit.proto.wire.LeaseResponseProto;
import dev.orbit.proto.wire.NamespacedAddressableReferenceProto;
import dev.orbit.proto.wire.ViewBarrierRequestProto;
import dev.orbit.proto.wire.ViewBarrierResponseProto;
import java.util.Optional;

/** The contents by which nodes agree where an actor is. */
final class Directories {
  private static final String BARRIER = "content.view_barrier_request.view_version";
  private static final String PASSED = "content.view_barrier_response.view_version";
  private static final String BUSY = "content.view_barrier_response.busy_partitions";
  private static final String REQUEST = "content.directory_request";
  private static final String RESPONSE = "content.directory_response";
  private static final String LEASE_REQUEST = "content.lease_request.reference";
  private static final String LEASE = "content.lease_response.lease";

  private Directories() {}

  static ViewBarrierRequestProto toProto(Content.ViewBarrierRequest request) {
    return ViewBarrierRequestProto.newBuilder()
        .setViewVersion(Fields.notNegative(BARRIER, request.viewVersion()))
        .build();
  }

  static Content fromProto(ViewBarrierRequestProto proto) {
    return new Content.ViewBarrierRequest(Fields.notNegative(BARRIER, proto.getViewVersion()));
  }

  static ViewBarrierResponseProto toProto(Content.ViewBarrierResponse response) {
    response.busyPartitions().forEach(partition -> Fields.notNegative(BUSY, partition));
    return ViewBarrierResponseProto.newBuilder()
        .setViewVersion(Fields.notNegative(PASSED, response.viewVersion()))
        .addAllBusyPartitions(response.busyPartitions())
        .build();
  }

  static Content fromProto(ViewBarrierResponseProto proto) {
    proto.getBusyPartitionsList().forEach(partition -> Fields.notNegative(BUSY, partition));
    return new Content.ViewBarrierResponse(
        Fields.notNegative(PASSED, proto.getViewVersion()), proto.getBusyPartitionsList());
  }

  static DirectoryRequestProto toProto(Content.DirectoryRequest request) {
    DirectoryRequestProto.Builder proto =
        DirectoryRequestProto.newBuilder()
            .setOperation(toProto(request.operation()))
            .setReference(References.toProto(request.reference()))
            .setHostIncarnation(
                Fields.notNegative(REQUEST + ".host_incarnation", request.hostIncarnation()));
    request.host().ifPresent(host -> proto.setHost(NodeIds.toProto(host)));
    return proto.build();
  }

  static Content fromProto(DirectoryRequestProto proto) {
    if (!proto.hasReference()) {
      throw Fields.missing(REQUEST + ".reference");
    }
    return new Content.DirectoryRequest(
        operation(proto),
        References.fromProto(proto.getReference(), REQUEST + ".reference"),
        proto.hasHost()
            ? Optional.of(NodeIds.fromProto(proto.getHost(), REQUEST + ".host"))
            : Optional.empty(),
        Fields.notNegative(REQUEST + ".host_incarnation", proto.getHostIncarnation()));
  }

  private static DirectoryRequestProto.Operation toProto(DirectoryOperation operation) {
    return switch (operation) {
      case LOOKUP -> DirectoryRequestProto.Operation.LOOKUP;
      case REGISTER -> DirectoryRequestProto.Operation.REGISTER;
      case UNREGISTER -> DirectoryRequestProto.Operation.UNREGISTER;
    };
  }

  private static DirectoryOperation operation(DirectoryRequestProto proto) {
    return switch (proto.getOperation()) {
      case LOOKUP -> DirectoryOperation.LOOKUP;
      case REGISTER -> DirectoryOperation.REGISTER;
      case UNREGISTER -> DirectoryOperation.UNREGISTER;
      case UNRECOGNIZED ->
          throw Fields.unknownEnum(REQUEST + ".operation", proto.getOperationValue());
    };
  }

  static DirectoryResponseProto toProto(Content.DirectoryResponse response) {
    DirectoryResponseProto.Builder proto =
        DirectoryResponseProto.newBuilder()
            .setHostIncarnation(
                Fields.notNegative(RESPONSE + ".host_incarnation", response.hostIncarnation()))
            .setFenceView(Fields.notNegative(RESPONSE + ".fence_view", response.fence().view()))
            .setFenceCounter(
                Fields.notNegative(RESPONSE + ".fence_counter", response.fence().counter()))
            .setRefreshToView(
                Fields.notNegative(RESPONSE + ".refresh_to_view", response.refreshToView()));
    response.host().ifPresent(host -> proto.setHost(NodeIds.toProto(host)));
    return proto.build();
  }

  static Content fromProto(DirectoryResponseProto proto) {
    Optional<NodeId> host =
        proto.hasHost()
            ? Optional.of(NodeIds.fromProto(proto.getHost(), RESPONSE + ".host"))
            : Optional.empty();
    return new Content.DirectoryResponse(
        host,
        Fields.notNegative(RESPONSE + ".host_incarnation", proto.getHostIncarnation()),
        new Fence(
            Fields.notNegative(RESPONSE + ".fence_view", proto.getFenceView()),
            Fields.notNegative(RESPONSE + ".fence_counter", proto.getFenceCounter())),
        Fields.notNegative(RESPONSE + ".refresh_to_view", proto.getRefreshToView()));
  }

  static LeaseRequestProto toProto(Content.LeaseRequest request) {
    return LeaseRequestProto.newBuilder()
        .setReference(
            NamespacedAddressableReferenceProto.newBuilder()
                .setNamespace(
                    Fields.name(
                        LEASE_REQUEST + ".namespace", request.namespace(), 1, NodeId.MAX_LENGTH))
                .setAddressableReference(References.toProto(request.reference())))
        .build();
  }

  static Content fromProto(LeaseRequestProto proto) {
    if (!proto.hasReference()) {
      throw Fields.missing(LEASE_REQUEST);
    }
    NamespacedAddressableReferenceProto reference = proto.getReference();
    if (!reference.hasAddressableReference()) {
      throw Fields.missing(LEASE_REQUEST + ".addressable_reference");
    }
    return new Content.LeaseRequest(
        Fields.name(LEASE_REQUEST + ".namespace", reference.getNamespace(), 1, NodeId.MAX_LENGTH),
        References.fromProto(
            reference.getAddressableReference(), LEASE_REQUEST + ".addressable_reference"));
  }

  static LeaseResponseProto toProto(Content.LeaseResponse response) {
    return LeaseResponseProto.newBuilder()
        .setLease(
            AddressableLeaseProto.newBuilder()
                .setReference(References.toProto(response.reference()))
                .setNodeId(NodeIds.toProto(response.node()))
                .setExpiresAt(Timestamps.toProto(response.expiresAt(), LEASE + ".expires_at"))
                .setRenewAt(Timestamps.toProto(response.renewAt(), LEASE + ".renew_at")))
        .build();
  }

  static Content fromProto(LeaseResponseProto proto) {
    AddressableLeaseProto lease = proto.getLease();
    if (!proto.hasLease()) {
      throw Fields.missing(LEASE);
    }
    if (!lease.hasReference()) {
      throw Fields.missing(LEASE + ".reference");
    }
    if (!lease.hasNodeId()) {
      throw Fields.missing(LEASE + ".node_id");
    }
    if (!lease.hasExpiresAt()) {
      throw Fields.missing(LEASE + ".expires_at");
    }
    if (!lease.hasRenewAt()) {
      throw Fields.missing(LEASE + ".renew_at");
    }
    return new Content.LeaseResponse(
        References.fromProto(lease.getReference(), LEASE + ".reference"),
        NodeIds.fromProto(lease.getNodeId(), LEASE + ".node_id"),
        Timestamps.fromProto(lease.getExpiresAt(), LEASE + ".expires_at"),
        Timestamps.fromProto(lease.getRenewAt(), LEASE + ".renew_at"));
  }
}
