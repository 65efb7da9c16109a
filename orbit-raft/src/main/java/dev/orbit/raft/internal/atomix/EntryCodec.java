package dev.orbit.raft.internal.atomix;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.orbit.proto.raft.CloseSessionEntryProto;
import dev.orbit.proto.raft.CommandEntryProto;
import dev.orbit.proto.raft.ConfigurationEntryProto;
import dev.orbit.proto.raft.ConfiguredMemberProto;
import dev.orbit.proto.raft.InitializeEntryProto;
import dev.orbit.proto.raft.KeepAliveEntryProto;
import dev.orbit.proto.raft.LogEntryProto;
import dev.orbit.proto.raft.OpenSessionEntryProto;
import dev.orbit.proto.raft.StoredConfigurationProto;
import io.atomix.cluster.MemberId;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.storage.log.entry.CloseSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.ConfigurationEntry;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.KeepAliveEntry;
import io.atomix.protocols.raft.storage.log.entry.OpenSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.log.entry.TimestampedEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Log entries as they stand on disk and on the wire.
 *
 * <p>Atomix has two more kinds, for queries and for metadata, which it never logs.
 */
final class EntryCodec {
  private EntryCodec() {}

  static LogEntryProto encode(RaftLogEntry entry) {
    LogEntryProto.Builder proto = LogEntryProto.newBuilder().setTerm(entry.term());
    if (entry instanceof TimestampedEntry timestamped) {
      proto.setTimestamp(timestamped.timestamp());
    }
    switch (entry) {
      case InitializeEntry initialize ->
          proto.setInitialize(InitializeEntryProto.getDefaultInstance());
      case ConfigurationEntry configuration ->
          proto.setConfiguration(
              ConfigurationEntryProto.newBuilder().addAllMembers(encode(configuration.members())));
      case OpenSessionEntry open -> proto.setOpenSession(encode(open));
      case CloseSessionEntry close ->
          proto.setCloseSession(
              CloseSessionEntryProto.newBuilder()
                  .setSession(close.session())
                  .setExpired(close.expired())
                  .setDelete(close.delete()));
      case KeepAliveEntry keepAlive -> proto.setKeepAlive(encode(keepAlive));
      case CommandEntry command ->
          proto.setCommand(
              CommandEntryProto.newBuilder()
                  .setSession(command.session())
                  .setSequence(command.sequenceNumber())
                  .setOperation(command.operation().id().id())
                  .setValue(UnsafeByteOperations.unsafeWrap(command.operation().value())));
      default ->
          throw new IllegalArgumentException(
              "entries of " + entry.getClass().getSimpleName() + " are never logged");
    }
    return proto.build();
  }

  private static OpenSessionEntryProto encode(OpenSessionEntry open) {
    byte[] config = open.serviceConfig();
    return OpenSessionEntryProto.newBuilder()
        .setMember(open.memberId())
        .setServiceName(open.serviceName())
        .setServiceType(open.serviceType())
        .setServiceConfig(config == null ? ByteString.EMPTY : ByteString.copyFrom(config))
        .setReadConsistency(open.readConsistency().name())
        .setMinTimeout(open.minTimeout())
        .setMaxTimeout(open.maxTimeout())
        .build();
  }

  private static KeepAliveEntryProto encode(KeepAliveEntry keepAlive) {
    return KeepAliveEntryProto.newBuilder()
        .addAllSessions(list(keepAlive.sessionIds()))
        .addAllCommandSequences(list(keepAlive.commandSequenceNumbers()))
        .addAllEventIndexes(list(keepAlive.eventIndexes()))
        .build();
  }

  private static List<Long> list(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  static RaftLogEntry decode(LogEntryProto proto) {
    long term = proto.getTerm();
    long time = proto.getTimestamp();
    return switch (proto.getEntryCase()) {
      case INITIALIZE -> new InitializeEntry(term, time);
      case CONFIGURATION ->
          new ConfigurationEntry(term, time, decode(proto.getConfiguration().getMembersList()));
      case OPEN_SESSION -> decode(term, time, proto.getOpenSession());
      case CLOSE_SESSION -> {
        CloseSessionEntryProto close = proto.getCloseSession();
        yield new CloseSessionEntry(
            term, time, close.getSession(), close.getExpired(), close.getDelete());
      }
      case KEEP_ALIVE -> {
        KeepAliveEntryProto keepAlive = proto.getKeepAlive();
        yield new KeepAliveEntry(
            term,
            time,
            array(keepAlive.getSessionsList()),
            array(keepAlive.getCommandSequencesList()),
            array(keepAlive.getEventIndexesList()));
      }
      case COMMAND -> {
        CommandEntryProto command = proto.getCommand();
        yield new CommandEntry(
            term,
            time,
            command.getSession(),
            command.getSequence(),
            new PrimitiveOperation(
                OperationId.command(command.getOperation()), command.getValue().toByteArray()));
      }
      case ENTRY_NOT_SET -> throw new IllegalArgumentException("a log entry of no known kind");
    };
  }

  private static OpenSessionEntry decode(long term, long time, OpenSessionEntryProto open) {
    return new OpenSessionEntry(
        term,
        time,
        open.getMember(),
        open.getServiceName(),
        open.getServiceType(),
        open.getServiceConfig().isEmpty() ? null : open.getServiceConfig().toByteArray(),
        ReadConsistency.valueOf(open.getReadConsistency()),
        open.getMinTimeout(),
        open.getMaxTimeout());
  }

  static List<ConfiguredMemberProto> encode(Collection<RaftMember> members) {
    return members.stream()
        .map(
            member ->
                ConfiguredMemberProto.newBuilder()
                    .setId(member.memberId().id())
                    .setType(member.getType().name())
                    .setUpdatedMillis(member.getLastUpdated().toEpochMilli())
                    .build())
        .toList();
  }

  static List<RaftMember> decode(List<ConfiguredMemberProto> members) {
    return members.stream().map(EntryCodec::decode).toList();
  }

  private static RaftMember decode(ConfiguredMemberProto member) {
    return new DefaultRaftMember(
        MemberId.from(member.getId()),
        RaftMember.Type.valueOf(member.getType()),
        Instant.ofEpochMilli(member.getUpdatedMillis()));
  }

  static byte[] encode(Configuration configuration) {
    return StoredConfigurationProto.newBuilder()
        .setIndex(configuration.index())
        .setTerm(configuration.term())
        .setTimestamp(configuration.time())
        .addAllMembers(encode(configuration.members()))
        .build()
        .toByteArray();
  }

  static Configuration decodeConfiguration(byte[] bytes) throws InvalidProtocolBufferException {
    StoredConfigurationProto proto = StoredConfigurationProto.parseFrom(bytes);
    return new Configuration(
        proto.getIndex(), proto.getTerm(), proto.getTimestamp(), decode(proto.getMembersList()));
  }
}
