package dev.orbit.proto;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.state.Fence;
import dev.orbit.proto.wire.AddressableLeaseProto;
import dev.orbit.proto.wire.DirectoryRequestProto;
import dev.orbit.proto.wire.DirectoryResponseProto;
import dev.orbit.proto.wire.LeaseRequestProto;
import dev.orbit.proto.wire.LeaseResponseProto;
import dev.orbit.proto.wire.NamespacedAddressableReferenceProto;
import java.util.Optional;

/** The contents by which nodes agree where an actor is. */
final class Directories {
  private static final String REQUEST = "content.directory_request";
  private static final String RESPONSE = "content.directory_response";
  private static final String LEASE_REQUEST = "content.lease_request.reference";
  private static final String LEASE = "content.lease_response.lease";

  private Directories() {}

  static DirectoryRequestProto toProto(Content.DirectoryRequest request) {
    DirectoryRequestProto.Builder proto =
        DirectoryRequestProto.newBuilder().setReference(References.toProto(request.reference()));
    switch (request) {
      case Content.Lookup _ -> proto.setOperation(DirectoryRequestProto.Operation.LOOKUP);
      case Content.Register register ->
          from(proto, register.host(), register.activation())
              .setOperation(DirectoryRequestProto.Operation.REGISTER);
      case Content.Unregister unregister -> {
        from(proto, unregister.host(), unregister.activation())
            .setOperation(DirectoryRequestProto.Operation.UNREGISTER);
        unregister.carried().ifPresent(carried -> proto.setCarried(bytes(carried)));
      }
    }
    return proto.build();
  }

  private static DirectoryRequestProto.Builder from(
      DirectoryRequestProto.Builder proto, MemberId host, long activation) {
    return proto
        .setHost(NodeIds.toProto(host.node()))
        .setHostIncarnation(host.incarnation())
        .setActivation(Fields.positive(REQUEST + ".activation", activation));
  }

  static Content fromProto(DirectoryRequestProto proto) {
    if (!proto.hasReference()) {
      throw Fields.missing(REQUEST + ".reference");
    }
    AddressableReference reference =
        References.fromProto(proto.getReference(), REQUEST + ".reference");
    return switch (proto.getOperation()) {
      case LOOKUP -> new Content.Lookup(reference);
      case REGISTER -> new Content.Register(reference, host(proto), activation(proto));
      case UNREGISTER ->
          new Content.Unregister(
              reference,
              host(proto),
              activation(proto),
              carried(REQUEST + ".carried", proto.getCarried()));
      case UNRECOGNIZED ->
          throw Fields.unknownEnum(REQUEST + ".operation", proto.getOperationValue());
    };
  }

  private static ByteString bytes(Content.Carried carried) {
    return Fields.wrap(carried.bytes());
  }

  private static Optional<Content.Carried> carried(String field, ByteString bytes) {
    if (bytes.size() > Content.Carried.MOST_BYTES) {
      throw Fields.violation(
          field,
          "it has %d bytes; the most is %d".formatted(bytes.size(), Content.Carried.MOST_BYTES));
    }
    return bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Content.Carried(Fields.unwrap(bytes)));
  }

  private static MemberId host(DirectoryRequestProto proto) {
    return NodeIds.member(
        proto.hasHost(), proto.getHost(), proto.getHostIncarnation(), REQUEST + ".host");
  }

  private static long activation(DirectoryRequestProto proto) {
    return Fields.positive(REQUEST + ".activation", proto.getActivation());
  }

  static DirectoryResponseProto toProto(Content.DirectoryResponse response) {
    DirectoryResponseProto.Builder proto = DirectoryResponseProto.newBuilder();
    switch (response) {
      case Content.Nowhere() -> proto.setOutcome(DirectoryResponseProto.Outcome.NOWHERE);
      case Content.Granted(Fence fence, Optional<Content.Carried> carried) -> {
        putFence(proto, fence).setOutcome(DirectoryResponseProto.Outcome.GRANTED);
        carried.ifPresent(some -> proto.setCarried(bytes(some)));
      }
      case Content.Hosted(MemberId host, long activation, Fence fence) ->
          putFence(proto, fence)
              .setOutcome(DirectoryResponseProto.Outcome.HOSTED)
              .setHost(NodeIds.toProto(host.node()))
              .setHostIncarnation(host.incarnation())
              .setActivation(Fields.notNegative(RESPONSE + ".activation", activation));
      case Content.Refresh(long version) ->
          proto
              .setOutcome(DirectoryResponseProto.Outcome.REFRESH)
              .setRefreshToView(Fields.notNegative(RESPONSE + ".refresh_to_view", version));
      case Content.Superseded() -> proto.setOutcome(DirectoryResponseProto.Outcome.SUPERSEDED);
      case Content.Done() -> proto.setOutcome(DirectoryResponseProto.Outcome.DONE);
    }
    return proto.build();
  }

  private static DirectoryResponseProto.Builder putFence(
      DirectoryResponseProto.Builder proto, Fence fence) {
    return proto
        .setFenceView(Fields.notNegative(RESPONSE + ".fence_view", fence.view()))
        .setFenceCounter(Fields.notNegative(RESPONSE + ".fence_counter", fence.counter()));
  }

  static Content fromProto(DirectoryResponseProto proto) {
    return switch (proto.getOutcome()) {
      case NOWHERE -> new Content.Nowhere();
      case GRANTED ->
          new Content.Granted(fence(proto), carried(RESPONSE + ".carried", proto.getCarried()));
      case HOSTED ->
          new Content.Hosted(
              NodeIds.member(
                  proto.hasHost(), proto.getHost(), proto.getHostIncarnation(), RESPONSE + ".host"),
              Fields.notNegative(RESPONSE + ".activation", proto.getActivation()),
              fence(proto));
      case REFRESH ->
          new Content.Refresh(
              Fields.notNegative(RESPONSE + ".refresh_to_view", proto.getRefreshToView()));
      case SUPERSEDED -> new Content.Superseded();
      case DONE -> new Content.Done();
      case UNRECOGNIZED -> throw Fields.unknownEnum(RESPONSE + ".outcome", proto.getOutcomeValue());
    };
  }

  private static Fence fence(DirectoryResponseProto proto) {
    return new Fence(
        Fields.notNegative(RESPONSE + ".fence_view", proto.getFenceView()),
        Fields.notNegative(RESPONSE + ".fence_counter", proto.getFenceCounter()));
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
