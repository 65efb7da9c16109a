package dev.orbit.raft.internal.atomix;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.orbit.proto.raft.CommandBatchProto;
import dev.orbit.proto.raft.CommandProto;
import dev.orbit.proto.raft.SnapshotHeaderProto;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Applies the log to the state machine: each entry once, each command of it once, and nothing after
 * an error. Atomix logs such errors and goes on with the next entry, which would make this voter's
 * state differ from the others'.
 *
 * <p>Atomix may call again for entries that a snapshot already contains, because it numbers
 * snapshots by an index that lags behind; they are recognized here. Thread-safe.
 */
final class MachineHost {
  /** Hears what happens to the state. Called by the thread that applies; must not block. */
  interface Listener {
    /** A command was applied for the first time. */
    void applied(CommandProto command, byte[] answer);

    /** The state was replaced, and with it the knowledge which commands were applied. */
    void restored();

    /** Nothing more will be applied. */
    void failed(String reason, Throwable cause);
  }

  /** Holds an entry back until it may be applied. */
  @FunctionalInterface
  interface Barrier {
    void await(long index) throws IOException;
  }

  private static final int FRAME = 20;

  /** Begins our part of a snapshot: "orbit" and a number that nothing else holds by chance. */
  private static final long MAGIC = 0x6f726269749ad31fL;

  /** Atomix writes its own view of the service and its sessions before. */
  private static final int MOST_BEFORE_FRAME = 1 << 20;

  private final ReplicatedStateMachine machine;
  private final Barrier barrier;
  private final Listener listener;
  private final CommandLedger ledger = new CommandLedger();
  private long appliedIndex;
  private long commands;
  private long expectedSnapshot;
  private boolean failed;

  /**
   * Wraps a state machine in its first state.
   *
   * @param barrier passed before each entry
   */
  MachineHost(ReplicatedStateMachine machine, Barrier barrier, Listener listener) {
    this.machine = machine;
    this.barrier = barrier;
    this.listener = listener;
  }

  /** The log entry that was applied last. */
  synchronized long appliedIndex() {
    return appliedIndex;
  }

  /** Whether the command was applied or given up. */
  synchronized boolean isDone(String client, long sequence) {
    return ledger.isDone(client, sequence);
  }

  /** A snapshot up to {@code index} will be restored before anything after it is applied. */
  synchronized void expectSnapshot(long index) {
    if (index > appliedIndex) {
      expectedSnapshot = index;
    }
  }

  /** Applies an entry that holds a batch of commands. */
  synchronized void apply(long index, byte[] batch) {
    if (failed) {
      throw new IllegalStateException("nothing is applied after an error");
    }
    if (index <= appliedIndex) {
      return;
    }
    try {
      if (expectedSnapshot != 0 && index > expectedSnapshot) {
        throw new IOException(
            "the snapshot up to entry %d was not restored".formatted(expectedSnapshot));
      }
      barrier.await(index);
      for (CommandProto command : CommandBatchProto.parseFrom(batch).getCommandsList()) {
        if (ledger.admit(index, command)) {
          byte[] answer =
              command.getBarrier()
                  ? ByteBuffer.allocate(Long.BYTES).putLong(index).array()
                  : machine.apply(++commands, command.getPayload().toByteArray());
          listener.applied(command, answer);
        }
      }
      appliedIndex = index;
    } catch (InvalidProtocolBufferException e) {
      throw fail("entry %d cannot be read".formatted(index), e);
    } catch (IOException | RuntimeException | Error e) {
      throw fail("entry %d could not be applied".formatted(index), e);
    }
  }

  private IllegalStateException fail(String reason, Throwable cause) {
    failed = true;
    listener.failed(reason, cause);
    return new IllegalStateException(reason, cause);
  }

  /** The state with its checksum. */
  synchronized byte[] snapshot() {
    if (failed) {
      throw new IllegalStateException("no snapshot is taken after an error");
    }
    try {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      SnapshotHeaderProto.newBuilder()
          .setAppliedIndex(appliedIndex)
          .setCommands(commands)
          .addAllClients(ledger.snapshot())
          .build()
          .writeDelimitedTo(content);
      machine.snapshot(content);
      byte[] bytes = content.toByteArray();
      ByteBuffer framed = ByteBuffer.allocate(FRAME + bytes.length);
      framed.putLong(MAGIC).putLong(checksum(bytes)).putInt(bytes.length).put(bytes);
      return framed.array();
    } catch (IOException | RuntimeException | Error e) {
      throw fail("the snapshot after entry %d could not be written".formatted(appliedIndex), e);
    }
  }

  /** Replaces the state by what {@link #snapshot} wrote, here or elsewhere. */
  synchronized void restore(byte[] snapshot) {
    try {
      InputStream content = checked(ByteBuffer.wrap(snapshot));
      SnapshotHeaderProto header = SnapshotHeaderProto.parseDelimitedFrom(content);
      machine.restore(content);
      ledger.restore(header.getClientsList());
      commands = header.getCommands();
      appliedIndex = header.getAppliedIndex();
      expectedSnapshot = 0;
      listener.restored();
    } catch (IOException | RuntimeException | Error e) {
      throw fail("a snapshot could not be restored", e);
    }
  }

  private static InputStream checked(ByteBuffer framed) throws IOException {
    if (framed.remaining() < FRAME || framed.getLong() != MAGIC) {
      throw new IOException("the snapshot is cut off");
    }
    long checksum = framed.getLong();
    int length = framed.getInt();
    if (length < 0 || length > framed.remaining()) {
      throw new IOException("the snapshot is cut off");
    }
    byte[] bytes = new byte[length];
    framed.get(bytes);
    if (checksum != checksum(bytes)) {
      throw new IOException("the snapshot is damaged: its checksum is wrong");
    }
    return new ByteArrayInputStream(bytes);
  }

  /**
   * Whether a file in which a snapshot lies somewhere holds all of it, as it was written.
   *
   * @return what is wrong, if anything is
   */
  static Optional<String> damage(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int last = Math.min(file.length - FRAME, MOST_BEFORE_FRAME);
    for (int at = 0; at <= last; at++) {
      if (bytes.getLong(at) == MAGIC) {
        try {
          checked(bytes.position(at));
          return Optional.empty();
        } catch (IOException e) {
          return Optional.of(String.valueOf(e.getMessage()));
        }
      }
    }
    return Optional.of("the snapshot is cut off");
  }

  private static long checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }
}
