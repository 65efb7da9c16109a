package dev.orbit.raft.internal.atomix;

import static dev.orbit.raft.internal.atomix.AtomixHarness.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.orbit.proto.raft.CommandBatchProto;
import dev.orbit.proto.raft.CommandProto;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.raft.consensus.RecordingMachine;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.utils.serializer.Namespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holes of Atomix between the log and the state, once without their guard and once with it. */
class ServiceHolesTest {
  @TempDir Path directory;
  private final RecordingMachine machine = new RecordingMachine();
  private final List<String> failures = new ArrayList<>();
  private final Namespace namespace = LogNamespace.create();
  private final Set<Long> sessions = ConcurrentHashMap.newKeySet();
  private final MachineHost host =
      new MachineHost(
          machine,
          index -> {},
          new MachineHost.Listener() {
            @Override
            public void applied(CommandProto command, byte[] answer) {}

            @Override
            public void restored() {}

            @Override
            public void failed(String reason, Throwable cause) {
              failures.add(reason);
            }
          });

  private UnguardedType unguarded() {
    AtomicLong index = new AtomicLong();
    return new UnguardedType(
        new HostedType(host, sessions, namespace),
        batch -> machine.apply(index.incrementAndGet(), payload(batch)));
  }

  private static byte[] payload(byte[] batch) {
    try {
      return CommandBatchProto.parseFrom(batch).getCommands(0).getPayload().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static byte[] batch(long sequence, String command) {
    return CommandBatchProto.newBuilder()
        .addCommands(
            CommandProto.newBuilder()
                .setClient("n1/1")
                .setSequence(sequence)
                .setSettledBelow(1)
                .setPayload(ByteString.copyFromUtf8(command)))
        .build()
        .toByteArray();
  }

  /** A client lost its session without an answer, and sends again in a new one. */
  private static void sendTwice(LoneAtomix atomix) throws Exception {
    atomix.command(atomix.openSession(), 1, batch(1, "pay"));
    atomix.command(atomix.openSession(), 1, batch(1, "pay"));
  }

  @Test
  void withoutTheLedgerACommandThatIsSentAgainIsAppliedAgain() throws Exception {
    try (LoneAtomix atomix = new LoneAtomix(directory, unguarded())) {
      sendTwice(atomix);

      assertThat(machine.applied()).as("Atomix's hole").containsExactly("pay", "pay");
    }
  }

  @Test
  void withTheLedgerItIsNot() throws Exception {
    HostedType guarded = new HostedType(host, sessions, namespace);
    try (LoneAtomix atomix = new LoneAtomix(directory, guarded)) {
      sendTwice(atomix);

      assertThat(machine.applied()).containsExactly("pay");
    }
  }

  /** A command that this voter cannot apply, and one after it. */
  private static void poison(LoneAtomix atomix) throws Exception {
    long session = atomix.openSession();
    atomix.command(session, 1, batch(1, "poison"));
    atomix.command(session, 2, batch(2, "after"));
  }

  @Test
  void withoutTheHostAnErrorOfApplyIsForgottenAndTheStateDiffers() throws Exception {
    try (LoneAtomix atomix = new LoneAtomix(directory, unguarded())) {
      poison(atomix);

      assertThat(machine.applied()).as("Atomix's hole").containsExactly("after");
      assertThat(failures).isEmpty();
    }
  }

  @Test
  void withTheHostItIsTheEndOfTheVoter() throws Exception {
    HostedType guarded = new HostedType(host, sessions, namespace);
    try (LoneAtomix atomix = new LoneAtomix(directory, guarded)) {
      poison(atomix);

      assertThat(machine.applied()).isEmpty();
      assertThat(failures).hasSize(1);
    }
  }

  @Test
  void withoutTheCanaryAnErrorOnAtomixsThreadIsSeenByNobody() throws Exception {
    try (AtomixHarness harness = new AtomixHarness(directory, _ -> {}).start()) {
      List<RaftLogEntry> unwritable = List.of(new InitializeEntry(1, 1), new Unwritable());
      CompletableFuture<?> raw =
          harness.protocol.handle(new AppendRequest(1, "n2", 0, 0, unwritable, 0));
      CompletableFuture<FrameProto> heartbeat =
          harness.frame(MessageCodec.encode(new AppendRequest(1, "n2", 0, 0, List.of(), 0)));
      await(heartbeat);

      assertThat(raw).as("Atomix's hole: no answer, ever").isNotDone();
      assertThat(harness.raft.getRole()).isEqualTo(RaftServer.Role.FOLLOWER);
    }
  }

  @Test
  void withTheCanaryItEndsTheVoter() {
    Canary canary = new Canary();
    Optional<String> said = Optional.empty();
    for (int tick = 0; tick <= Canary.PATIENCE && said.isEmpty(); tick++) {
      said = canary.tick(new Canary.Signs(tick, tick, 0, 0, 1));
    }

    assertThat(said).hasValue("a peer's request is never answered");
  }

  /** Nothing knows how to write it. */
  private static final class Unwritable extends RaftLogEntry {
    Unwritable() {
      super(1);
    }
  }
}
