package dev.orbit.raft.internal.atomix;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.orbit.proto.raft.LogEntryProto;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.protocols.raft.storage.log.entry.CloseSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.ConfigurationEntry;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.KeepAliveEntry;
import io.atomix.protocols.raft.storage.log.entry.OpenSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.atomix.utils.serializer.Namespace;

/**
 * What Atomix writes to disk with. It insists on Kryo, so each type gets a serializer that writes
 * protobuf: of Kryo there remains the number of the type in front, which is never changed.
 */
final class LogNamespace {
  private static final int FIRST_ID = 500;

  private LogNamespace() {}

  static Namespace create() {
    return Namespace.builder()
        .nextId(FIRST_ID)
        .register(
            new EntrySerializer(),
            InitializeEntry.class,
            ConfigurationEntry.class,
            OpenSessionEntry.class,
            CloseSessionEntry.class,
            KeepAliveEntry.class,
            CommandEntry.class)
        .register(new ConfigurationSerializer(), Configuration.class)
        .register(new ServiceConfigSerializer(), ServiceConfig.class)
        .build("orbit-raft-log");
  }

  private static void write(Output output, byte[] bytes) {
    output.writeInt(bytes.length, true);
    output.writeBytes(bytes);
  }

  private static byte[] read(Input input) {
    return input.readBytes(input.readInt(true));
  }

  private static final class EntrySerializer extends Serializer<RaftLogEntry> {
    @Override
    public void write(Kryo kryo, Output output, RaftLogEntry entry) {
      LogNamespace.write(output, EntryCodec.encode(entry).toByteArray());
    }

    @Override
    public RaftLogEntry read(Kryo kryo, Input input, Class<RaftLogEntry> type) {
      try {
        return EntryCodec.decode(LogEntryProto.parseFrom(LogNamespace.read(input)));
      } catch (InvalidProtocolBufferException e) {
        throw new KryoException("a log entry cannot be read", e);
      }
    }
  }

  private static final class ConfigurationSerializer extends Serializer<Configuration> {
    @Override
    public void write(Kryo kryo, Output output, Configuration configuration) {
      LogNamespace.write(output, EntryCodec.encode(configuration));
    }

    @Override
    public Configuration read(Kryo kryo, Input input, Class<Configuration> type) {
      try {
        return EntryCodec.decodeConfiguration(LogNamespace.read(input));
      } catch (InvalidProtocolBufferException e) {
        throw new KryoException("the stored configuration cannot be read", e);
      }
    }
  }

  /** It has no fields. */
  private static final class ServiceConfigSerializer extends Serializer<ServiceConfig> {
    @Override
    public void write(Kryo kryo, Output output, ServiceConfig config) {}

    @Override
    public ServiceConfig read(Kryo kryo, Input input, Class<ServiceConfig> type) {
      return new ServiceConfig();
    }
  }
}
