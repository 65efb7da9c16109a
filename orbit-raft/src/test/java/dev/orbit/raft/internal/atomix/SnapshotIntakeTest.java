package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.proto.raft.CommandProto;
import dev.orbit.raft.consensus.RecordingMachine;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotReader;
import io.atomix.protocols.raft.storage.snapshot.SnapshotStore;
import io.atomix.protocols.raft.storage.snapshot.SnapshotWriter;
import io.atomix.utils.time.WallClockTimestamp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotIntakeTest {
  private static final long INDEX = 14;
  private static final int CHUNK = 100;

  private final SnapshotIntake intake = new SnapshotIntake();
  private final List<InstallRequest> installed = new ArrayList<>();

  /** The state after some commands, as a voter sends it. */
  static byte[] snapshot(int commands) {
    MachineHost host =
        new MachineHost(
            new RecordingMachine(),
            index -> {},
            new MachineHost.Listener() {
              @Override
              public void applied(CommandProto command, byte[] answer) {}

              @Override
              public void restored() {}

              @Override
              public void failed(String reason, Throwable cause) {
                throw new AssertionError(reason, cause);
              }
            });
    for (int i = 1; i <= commands; i++) {
      host.apply(i, MachineHostTest.batch(i, "command number " + i));
    }
    return host.snapshot();
  }

  private static InstallRequest chunk(long term, String leader, byte[] snapshot, int number) {
    int end = Math.min(snapshot.length, (number + 1) * CHUNK);
    return new InstallRequest(
        term,
        MemberId.from(leader),
        INDEX,
        7,
        1,
        number,
        Arrays.copyOfRange(snapshot, number * CHUNK, end),
        end == snapshot.length);
  }

  private static int chunks(byte[] snapshot) {
    return (snapshot.length + CHUNK - 1) / CHUNK;
  }

  private boolean take(InstallRequest chunk, long appliedIndex) {
    return intake
            .take(
                chunk,
                appliedIndex,
                whole -> {
                  installed.add(whole);
                  return CompletableFuture.completedFuture(
                      InstallResponse.builder().withStatus(RaftResponse.Status.OK).build());
                })
            .join()
            .status()
        == RaftResponse.Status.OK;
  }

  private boolean takeAll(String leader, byte[] snapshot) {
    boolean ok = true;
    for (int i = 0; i < chunks(snapshot); i++) {
      ok &= take(chunk(3, leader, snapshot, i), 0);
    }
    return ok;
  }

  @Test
  void chunksBecomeOneRequest() {
    byte[] snapshot = snapshot(20);

    assertThat(takeAll("n1", snapshot)).isTrue();

    assertThat(chunks(snapshot)).isGreaterThan(2);
    assertThat(installed).hasSize(1);
    assertThat(installed.getFirst().data()).isEqualTo(snapshot);
    assertThat(installed.getFirst().chunkOffset()).isZero();
    assertThat(installed.getFirst().complete()).isTrue();
    assertThat(installed.getFirst().snapshotIndex()).isEqualTo(INDEX);
    assertThat(installed.getFirst().snapshotTimestamp()).isEqualTo(7);
  }

  @Test
  void whatTheStateHoldsAlreadyIsNotInstalledAgain() {
    byte[] snapshot = snapshot(1);

    assertThat(take(chunk(3, "n1", snapshot, 0), INDEX)).isTrue();

    assertThat(installed).isEmpty();
  }

  @Test
  void chunksOfTwoLeadersAreNotMixed() {
    byte[] first = snapshot(20);
    byte[] second = snapshot(21);
    take(chunk(3, "n1", first, 0), 0);
    take(chunk(3, "n1", first, 1), 0);

    boolean goesOn = take(chunk(4, "n3", second, 2), 0);
    boolean old = take(chunk(3, "n1", first, 2), 0);
    boolean anew = takeAll("n3", second);

    assertThat(goesOn).isFalse();
    assertThat(old).isFalse();
    assertThat(anew).isTrue();
    assertThat(installed).extracting(InstallRequest::data).containsExactly(second);
  }

  @Test
  void aSnapshotThatBeginsAnewIsTakenFromItsBeginning() {
    byte[] snapshot = snapshot(20);
    take(chunk(3, "n1", snapshot, 0), 0);
    take(chunk(3, "n1", snapshot, 1), 0);

    assertThat(takeAll("n1", snapshot)).isTrue();

    assertThat(installed).extracting(InstallRequest::data).containsExactly(snapshot);
  }

  @Test
  void aChunkThatIsMissingIsNoticed() {
    byte[] snapshot = snapshot(20);
    take(chunk(3, "n1", snapshot, 0), 0);

    assertThat(take(chunk(3, "n1", snapshot, 2), 0)).isFalse();
    assertThat(take(chunk(3, "n1", snapshot, 1), 0)).isFalse();

    assertThat(installed).isEmpty();
  }

  @Test
  void aDamagedSnapshotIsNotInstalled() {
    byte[] snapshot = snapshot(20);
    snapshot[snapshot.length - 5] ^= 1;

    assertThat(takeAll("n1", snapshot)).isFalse();

    assertThat(installed).isEmpty();
  }

  /** What an idle group does when a follower takes its own snapshot and the leader sends one. */
  @Test
  void withoutTheIntakeAtomixAppendsASnapshotToItsOwn(@TempDir Path directory) {
    SnapshotStore store =
        RaftStorage.builder()
            .withPrefix("raft")
            .withDirectory(directory.toFile())
            .withNamespace(LogNamespace.create())
            .build()
            .openSnapshotStore();
    Snapshot own = store.newSnapshot(INDEX, new WallClockTimestamp());
    try (SnapshotWriter writer = own.openWriter()) {
      writer.writeBytes(new byte[50]);
    }

    Snapshot sent = store.newSnapshot(INDEX, new WallClockTimestamp());
    try (SnapshotWriter writer = sent.openWriter()) {
      writer.writeBytes(new byte[50]);
    }
    sent.complete();

    try (SnapshotReader reader = sent.openReader()) {
      assertThat(reader.remaining()).as("Atomix's hole").isEqualTo(100);
    }
  }
}
