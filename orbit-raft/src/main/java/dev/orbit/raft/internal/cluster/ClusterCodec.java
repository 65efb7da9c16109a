package dev.orbit.raft.internal.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.Members;
import dev.orbit.proto.NodeIds;
import dev.orbit.proto.NodeStatuses;
import dev.orbit.proto.cluster.AcceptedProto;
import dev.orbit.proto.cluster.AnnounceProto;
import dev.orbit.proto.cluster.BarrierProto;
import dev.orbit.proto.cluster.ClusterCommandProto;
import dev.orbit.proto.cluster.ClusterSettingsProto;
import dev.orbit.proto.cluster.CommandAnswerProto;
import dev.orbit.proto.cluster.ExpireProto;
import dev.orbit.proto.cluster.JoinProto;
import dev.orbit.proto.cluster.LeaveProto;
import dev.orbit.proto.cluster.RefusalProto;
import dev.orbit.proto.cluster.RefusedProto;
import dev.orbit.proto.cluster.RenewProto;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refusal;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Commands and answers to and from protobuf. Total: what is missing, unknown or out of range is a
 * {@link ProtocolException} that names the field.
 */
public final class ClusterCodec {
  /** The longest command, in bytes: every member of a view was one once. */
  public static final int MAX_COMMAND_BYTES = 64 * 1024;

  private static final Duration MOST_LEASE = Duration.ofDays(1);

  private ClusterCodec() {}

  /** The bytes of a log entry; the same for equal commands. */
  public static byte[] bytes(CommandEnvelope envelope) {
    return bytes(proto(envelope));
  }

  /**
   * The command of a log entry.
   *
   * @throws ProtocolException if it is none
   */
  public static CommandEnvelope envelope(byte[] bytes) {
    try {
      return envelope(ClusterCommandProto.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw ClusterFields.bad("command", "is not readable: " + e.getMessage());
    }
  }

  /** The wire form of a command. */
  public static ClusterCommandProto proto(CommandEnvelope envelope) {
    ClusterCommandProto.Builder proto =
        ClusterCommandProto.newBuilder()
            .setClient(envelope.client())
            .setSequence(envelope.sequence());
    switch (envelope.command()) {
      case ClusterCommand.Join join -> proto.setJoin(joinProto(join));
      case ClusterCommand.Renew(MemberId id) ->
          proto.setRenew(RenewProto.newBuilder().setMember(ClusterFields.proto(id)));
      case ClusterCommand.Announce announce ->
          proto.setAnnounce(
              AnnounceProto.newBuilder()
                  .setMember(ClusterFields.proto(announce.member()))
                  .setStatus(NodeStatuses.toProto(announce.status())));
      case ClusterCommand.Leave(MemberId id) ->
          proto.setLeave(LeaveProto.newBuilder().setMember(ClusterFields.proto(id)));
      case ClusterCommand.Expire(MemberId id, long last) ->
          proto.setExpire(
              ExpireProto.newBuilder().setMember(ClusterFields.proto(id)).setLastRenewal(last));
      case ClusterCommand.Barrier() -> proto.setBarrier(BarrierProto.getDefaultInstance());
    }
    return proto.build();
  }

  /**
   * The command that was meant.
   *
   * @throws ProtocolException if it is none, or none that this version of the software knows
   */
  public static CommandEnvelope envelope(ClusterCommandProto proto) {
    ByteString client = proto.getClient();
    if (client.size() > CommandEnvelope.MAX_CLIENT_LENGTH) {
      throw ClusterFields.bad(
          "command.client",
          "has %d bytes; allowed are 0 to %d"
              .formatted(client.size(), CommandEnvelope.MAX_CLIENT_LENGTH));
    }
    if (proto.getSerializedSize() > MAX_COMMAND_BYTES) {
      throw ClusterFields.bad(
          "command",
          "has %d bytes; allowed are %d".formatted(proto.getSerializedSize(), MAX_COMMAND_BYTES));
    }
    ClusterCommand command =
        switch (proto.getCommandCase()) {
          case JOIN -> join(proto.getJoin());
          case RENEW ->
              new ClusterCommand.Renew(ClusterFields.memberId(proto.getRenew().getMember()));
          case ANNOUNCE ->
              new ClusterCommand.Announce(
                  ClusterFields.memberId(proto.getAnnounce().getMember()),
                  NodeStatuses.fromNumber(proto.getAnnounce().getStatusValue()));
          case LEAVE ->
              new ClusterCommand.Leave(ClusterFields.memberId(proto.getLeave().getMember()));
          case EXPIRE ->
              new ClusterCommand.Expire(
                  ClusterFields.memberId(proto.getExpire().getMember()),
                  proto.getExpire().getLastRenewal());
          case BARRIER -> new ClusterCommand.Barrier();
          case COMMAND_NOT_SET ->
              throw ClusterFields.bad("command", "is missing or newer than this version of Orbit");
        };
    return new CommandEnvelope(client, proto.getSequence(), command);
  }

  private static JoinProto joinProto(ClusterCommand.Join join) {
    return JoinProto.newBuilder()
        .setNode(NodeIds.toProto(join.node()))
        .setHost(join.endpoint().host())
        .setPort(join.endpoint().port())
        .setCapabilities(Members.toProto(join.capabilities()))
        .setSettings(proto(join.settings()))
        .setStatus(NodeStatuses.toProto(join.as()))
        .build();
  }

  private static ClusterCommand.Join join(JoinProto proto) {
    if (!proto.hasSettings()) {
      throw ClusterFields.bad("join.settings", "is missing");
    }
    NodeStatus as = NodeStatuses.fromNumber(proto.getStatusValue());
    if (as != NodeStatus.ACTIVE && as != NodeStatus.JOINING) {
      throw ClusterFields.bad("join.status", "is %s; allowed are ACTIVE, JOINING".formatted(as));
    }
    return new ClusterCommand.Join(
        NodeIds.fromProto(proto.getNode()),
        ClusterFields.endpoint(proto.getHost(), proto.getPort()),
        Members.fromProto(proto.getCapabilities()),
        settings(proto.getSettings()),
        as);
  }

  static ClusterSettingsProto proto(ClusterSettings settings) {
    return ClusterSettingsProto.newBuilder()
        .setCluster(settings.cluster())
        .setPartitions(settings.partitions())
        .setLeaseNanos(settings.lease().toNanos())
        .setMarginNanos(settings.margin().toNanos())
        .build();
  }

  static ClusterSettings settings(ClusterSettingsProto proto) {
    ClusterFields.partitions(proto.getPartitions());
    long lease = proto.getLeaseNanos();
    if (lease < 1 || lease > MOST_LEASE.toNanos()) {
      throw ClusterFields.bad("settings.lease_nanos", lease + " is out of range");
    }
    if (proto.getMarginNanos() < 0 || proto.getMarginNanos() >= lease) {
      throw ClusterFields.bad("settings.margin_nanos", proto.getMarginNanos() + " is out of range");
    }
    return new ClusterSettings(
        proto.getCluster(),
        proto.getPartitions(),
        Duration.ofNanos(lease),
        Duration.ofNanos(proto.getMarginNanos()));
  }

  /** The bytes of an answer. */
  public static byte[] bytes(CommandAnswer answer) {
    return bytes(proto(answer));
  }

  /**
   * The answer that was meant.
   *
   * @throws ProtocolException if it is none
   */
  public static CommandAnswer answer(byte[] bytes) {
    try {
      return answer(CommandAnswerProto.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw ClusterFields.bad("answer", "is not readable: " + e.getMessage());
    }
  }

  /** The wire form of an answer. */
  public static CommandAnswerProto proto(CommandAnswer answer) {
    CommandAnswerProto.Builder proto = CommandAnswerProto.newBuilder();
    switch (answer) {
      case Accepted(long index, long version) ->
          proto.setAccepted(AcceptedProto.newBuilder().setIndex(index).setViewVersion(version));
      case Refused(Refusal reason, String description, long version) ->
          proto.setRefused(
              RefusedProto.newBuilder()
                  .setReason(proto(reason))
                  .setDescription(description)
                  .setViewVersion(version));
    }
    return proto.build();
  }

  /**
   * The answer that was meant.
   *
   * @throws ProtocolException if it is none
   */
  public static CommandAnswer answer(CommandAnswerProto proto) {
    return switch (proto.getAnswerCase()) {
      case ACCEPTED ->
          new Accepted(proto.getAccepted().getIndex(), proto.getAccepted().getViewVersion());
      case REFUSED ->
          new Refused(
              reason(proto.getRefused().getReason()),
              proto.getRefused().getDescription(),
              proto.getRefused().getViewVersion());
      case ANSWER_NOT_SET -> throw ClusterFields.bad("answer", "is missing");
    };
  }

  private static RefusalProto proto(Refusal reason) {
    return switch (reason) {
      case STILL_HELD -> RefusalProto.STILL_HELD;
      case NOT_MEMBER -> RefusalProto.NOT_MEMBER;
      case OVERTAKEN -> RefusalProto.OVERTAKEN;
      case WRONG_CLUSTER -> RefusalProto.WRONG_CLUSTER;
      case WRONG_SETTINGS -> RefusalProto.WRONG_SETTINGS;
      case TOO_MANY_MEMBERS -> RefusalProto.TOO_MANY_MEMBERS;
      case STOPPED_FOR_GOOD -> RefusalProto.STOPPED_FOR_GOOD;
      case HAS_BEGUN -> RefusalProto.HAS_BEGUN;
      case SUPERSEDED -> RefusalProto.SUPERSEDED;
    };
  }

  private static Refusal reason(RefusalProto proto) {
    return switch (proto) {
      case STILL_HELD -> Refusal.STILL_HELD;
      case NOT_MEMBER -> Refusal.NOT_MEMBER;
      case OVERTAKEN -> Refusal.OVERTAKEN;
      case WRONG_CLUSTER -> Refusal.WRONG_CLUSTER;
      case WRONG_SETTINGS -> Refusal.WRONG_SETTINGS;
      case TOO_MANY_MEMBERS -> Refusal.TOO_MANY_MEMBERS;
      case STOPPED_FOR_GOOD -> Refusal.STOPPED_FOR_GOOD;
      case HAS_BEGUN -> Refusal.HAS_BEGUN;
      case SUPERSEDED -> Refusal.SUPERSEDED;
      case REFUSAL_UNSPECIFIED, UNRECOGNIZED ->
          throw ClusterFields.bad("answer.refused.reason", "is missing or unknown");
    };
  }

  /** Equal messages have equal bytes, whatever the order of their maps. */
  static byte[] bytes(MessageLite message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size was too small", e);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }
}
