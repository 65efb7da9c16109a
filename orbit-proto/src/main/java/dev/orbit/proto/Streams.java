package dev.orbit.proto;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.proto.wire.CancelProto;
import dev.orbit.proto.wire.ChunkProto;
import dev.orbit.proto.wire.ConnectionInfoResponseProto;
import dev.orbit.proto.wire.CreditProto;
import dev.orbit.proto.wire.GoodbyeProto;
import dev.orbit.proto.wire.HelloProto;
import dev.orbit.proto.wire.NodeInfoProto;
import dev.orbit.proto.wire.NodeLoadProto;
import dev.orbit.proto.wire.TransferProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The contents by which two ends of a stream know and steer each other. */
final class Streams {
  private static final String INFO = "content.info_response";
  private static final String HELLO = "content.hello";
  private static final String CHUNK = "content.chunk";
  private static final String TRANSFER = "content.transfer";
  private static final String CREDIT = "content.credit";

  private Streams() {}

  static ConnectionInfoResponseProto toProto(Content.InfoResponse info) {
    ConnectionInfoResponseProto.Builder proto =
        ConnectionInfoResponseProto.newBuilder()
            .setNodeId(NodeIds.toProto(info.node()))
            .setViewVersion(Fields.notNegative(INFO + ".view_version", info.viewVersion()));
    for (Member member : info.members()) {
      proto.addMembers(Members.toProto(member));
    }
    info.load()
        .ifPresent(
            load ->
                proto.setLoad(
                    NodeLoadProto.newBuilder()
                        .setCpu(load.cpu())
                        .setActivations(load.activations())
                        .setCalls(load.calls())));
    return proto.build();
  }

  static Content.InfoResponse fromProto(ConnectionInfoResponseProto proto) {
    if (!proto.hasNodeId()) {
      throw Fields.missing(INFO + ".node_id");
    }
    List<Member> members = new ArrayList<>(proto.getMembersCount());
    for (NodeInfoProto member : proto.getMembersList()) {
      members.add(Members.fromProto(member, INFO + ".members[" + members.size() + "]"));
    }
    return new Content.InfoResponse(
        NodeIds.fromProto(proto.getNodeId(), INFO + ".node_id"),
        members,
        Fields.notNegative(INFO + ".view_version", proto.getViewVersion()),
        proto.hasLoad() ? Optional.of(load(proto.getLoad())) : Optional.empty());
  }

  private static NodeLoad load(NodeLoadProto proto) {
    if (!(proto.getCpu() >= 0 && proto.getCpu() <= 1)) {
      throw Fields.violation(INFO + ".load.cpu", proto.getCpu() + " is not within 0 to 1");
    }
    return new NodeLoad(
        proto.getCpu(),
        Fields.notNegative(INFO + ".load.activations", proto.getActivations()),
        Fields.notNegative(INFO + ".load.calls", proto.getCalls()));
  }

  static HelloProto toProto(Content.Hello hello) {
    HelloProto.Builder proto =
        HelloProto.newBuilder()
            .setProtocolVersion(
                Fields.notNegative(HELLO + ".protocol_version", hello.protocolVersion()))
            .setCluster(Fields.name(HELLO + ".cluster", hello.cluster(), 0, NodeId.MAX_LENGTH))
            .setIncarnation(Fields.notNegative(HELLO + ".incarnation", hello.incarnation()))
            .setMaxMessageBytes(
                Fields.notNegative(HELLO + ".max_message_bytes", hello.maxMessageBytes()))
            .setTakesBatches(hello.takesBatches())
            .addAllTakesEncodings(hello.takesEncodings())
            .setSession(hello.succession().session())
            .setConnection(
                Fields.notNegative(HELLO + ".connection", hello.succession().connection()))
            .setGeneration(
                Fields.notNegative(HELLO + ".generation", hello.succession().generation()))
            .setBesideEarlier(hello.succession().beside())
            .setMaxTransferBytes(
                Fields.notNegative(HELLO + ".max_transfer_bytes", hello.bulk().maxBytes()))
            .setTransferWindow(
                Fields.notNegative(HELLO + ".transfer_window", hello.bulk().window()))
            .setCarriesTransfers(hello.bulk().carried());
    hello.node().ifPresent(node -> proto.setNodeId(NodeIds.toProto(node)));
    return proto.build();
  }

  static Content fromProto(HelloProto proto) {
    return new Content.Hello(
        Fields.notNegative(HELLO + ".protocol_version", proto.getProtocolVersion()),
        Fields.name(HELLO + ".cluster", proto.getCluster(), 0, NodeId.MAX_LENGTH),
        proto.hasNodeId()
            ? Optional.of(NodeIds.fromProto(proto.getNodeId(), HELLO + ".node_id"))
            : Optional.empty(),
        Fields.notNegative(HELLO + ".incarnation", proto.getIncarnation()),
        Fields.notNegative(HELLO + ".max_message_bytes", proto.getMaxMessageBytes()),
        proto.getTakesBatches(),
        encodings(proto),
        new Content.Succession(
            proto.getSession(),
            Fields.notNegative(HELLO + ".connection", proto.getConnection()),
            Fields.notNegative(HELLO + ".generation", proto.getGeneration()),
            proto.getBesideEarlier()),
        new Content.Bulk(
            Fields.notNegative(HELLO + ".max_transfer_bytes", proto.getMaxTransferBytes()),
            Fields.notNegative(HELLO + ".transfer_window", proto.getTransferWindow()),
            proto.getCarriesTransfers()));
  }

  private static List<Integer> encodings(HelloProto proto) {
    if (proto.getTakesEncodingsCount() > Content.Hello.MAX_ENCODINGS) {
      throw Fields.violation(
          HELLO + ".takes_encodings",
          "has %d; the most is %d"
              .formatted(proto.getTakesEncodingsCount(), Content.Hello.MAX_ENCODINGS));
    }
    return proto.getTakesEncodingsList();
  }

  static ChunkProto toProto(Content.Chunk chunk) {
    return ChunkProto.newBuilder()
        .setTransferId(Fields.notNegative(CHUNK + ".transfer_id", chunk.transferId()))
        .setSequence(Fields.notNegative(CHUNK + ".sequence", chunk.sequence()))
        .setLast(chunk.last())
        .setTotalBytes(Fields.notNegative(CHUNK + ".total_bytes", chunk.totalBytes()))
        .setData(Fields.wrap(chunk.data()))
        .build();
  }

  static Content fromProto(ChunkProto proto) {
    return new Content.Chunk(
        Fields.notNegative(CHUNK + ".transfer_id", proto.getTransferId()),
        Fields.notNegative(CHUNK + ".sequence", proto.getSequence()),
        proto.getLast(),
        Fields.notNegative(CHUNK + ".total_bytes", proto.getTotalBytes()),
        Fields.unwrap(proto.getData()));
  }

  static TransferProto toProto(Content.Transfer transfer) {
    return TransferProto.newBuilder()
        .setTransferId(Fields.notNegative(TRANSFER + ".transfer_id", transfer.id()))
        .setStep(
            switch (transfer.step()) {
              case KEPT -> TransferProto.Step.KEPT;
              case REFUSED -> TransferProto.Step.REFUSED;
              case CLAIMED -> TransferProto.Step.CLAIMED;
              case DROPPED -> TransferProto.Step.DROPPED;
              case WANTED -> TransferProto.Step.WANTED;
            })
        .build();
  }

  static Content fromProto(TransferProto proto) {
    return new Content.Transfer(
        Fields.notNegative(TRANSFER + ".transfer_id", proto.getTransferId()),
        switch (proto.getStep()) {
          case KEPT -> Content.TransferStep.KEPT;
          case REFUSED -> Content.TransferStep.REFUSED;
          case CLAIMED -> Content.TransferStep.CLAIMED;
          case DROPPED -> Content.TransferStep.DROPPED;
          case WANTED -> Content.TransferStep.WANTED;
          case UNRECOGNIZED ->
              throw Fields.violation(TRANSFER + ".step", proto.getStepValue() + " is not known");
        });
  }

  static CreditProto toProto(Content.Credit credit) {
    return CreditProto.newBuilder()
        .setReference(References.toProto(credit.reference()))
        .setMessages(Fields.notNegative(CREDIT + ".messages", credit.messages()))
        .setValidMillis(Fields.notNegative(CREDIT + ".valid_millis", credit.validMillis()))
        .build();
  }

  static Content fromProto(CreditProto proto) {
    if (!proto.hasReference()) {
      throw Fields.missing(CREDIT + ".reference");
    }
    return new Content.Credit(
        References.fromProto(proto.getReference(), CREDIT + ".reference"),
        Fields.notNegative(CREDIT + ".messages", proto.getMessages()),
        Fields.notNegative(CREDIT + ".valid_millis", proto.getValidMillis()));
  }

  static CancelProto toProto(Content.Cancel cancel) {
    return CancelProto.newBuilder()
        .setMessageId(Fields.notNegative("content.cancel.message_id", cancel.messageId()))
        .build();
  }

  static Content fromProto(CancelProto proto) {
    return new Content.Cancel(
        Fields.notNegative("content.cancel.message_id", proto.getMessageId()));
  }

  static GoodbyeProto toProto(Content.Goodbye goodbye) {
    return GoodbyeProto.newBuilder().setReason(goodbye.reason()).build();
  }

  static Content fromProto(GoodbyeProto proto) {
    return new Content.Goodbye(proto.getReason());
  }
}
