package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.orbit.proto.raft.CommandBatchProto;
import dev.orbit.proto.raft.CommandProto;
import dev.orbit.raft.consensus.RecordingMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineHostTest {
  private static final class Heard implements MachineHost.Listener {
    final List<Long> applied = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    int restored;

    @Override
    public void applied(CommandProto command, byte[] answer) {
      applied.add(command.getSequence());
    }

    @Override
    public void restored() {
      restored++;
    }

    @Override
    public void failed(String reason, Throwable cause) {
      failures.add(reason + ": " + cause.getMessage());
    }
  }

  private final RecordingMachine machine = new RecordingMachine();
  private final Heard heard = new Heard();
  private final MachineHost host = new MachineHost(machine, index -> {}, heard);

  static byte[] batch(long first, String... texts) {
    CommandBatchProto.Builder batch = CommandBatchProto.newBuilder();
    for (int i = 0; i < texts.length; i++) {
      batch.addCommands(
          CommandProto.newBuilder()
              .setClient("c")
              .setSequence(first + i)
              .setSettledBelow(1)
              .setPayload(ByteString.copyFromUtf8(texts[i])));
    }
    return batch.build().toByteArray();
  }

  @Test
  void aCommandThatWasLoggedTwiceIsAppliedOnce() {
    host.apply(1, batch(1, "a", "b"));
    host.apply(2, batch(2, "b", "c"));

    assertThat(machine.applied()).containsExactly("a", "b", "c");
    assertThat(heard.applied).containsExactly(1L, 2L, 3L);
  }

  @Test
  void anEntryThatASnapshotContainsIsNotAppliedAgain() {
    host.apply(1, batch(1, "a"));
    host.apply(2, batch(2, "b"));
    RecordingMachine other = new RecordingMachine();
    MachineHost restored = new MachineHost(other, index -> {}, new Heard());

    restored.restore(host.snapshot());
    restored.apply(2, batch(2, "b"));
    restored.apply(3, batch(3, "c"));

    assertThat(other.applied()).containsExactly("a", "b", "c");
  }

  @Test
  void nothingIsAppliedAfterAnError() {
    host.apply(1, batch(1, "a"));

    assertThatThrownBy(() -> host.apply(2, batch(2, "poison")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> host.apply(3, batch(3, "b")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(host::snapshot).isInstanceOf(IllegalStateException.class);

    assertThat(machine.applied()).containsExactly("a");
    assertThat(heard.failures).singleElement().asString().contains("poisoned");
  }

  @Test
  void aDamagedSnapshotIsNotRestored() {
    host.apply(1, batch(1, "a"));
    byte[] snapshot = host.snapshot();
    snapshot[snapshot.length - 1] ^= 1;
    RecordingMachine other = new RecordingMachine();
    Heard told = new Heard();
    MachineHost restored = new MachineHost(other, index -> {}, told);

    assertThatThrownBy(() -> restored.restore(snapshot)).hasMessageContaining("restored");

    assertThat(other.applied()).isEmpty();
    assertThat(told.failures).singleElement().asString().contains("checksum");
    assertThatThrownBy(() -> restored.apply(2, batch(2, "b"))).isNotNull();
  }

  @Test
  void aSnapshotThatIsCutOffIsNotRestored() {
    host.apply(1, batch(1, "a"));
    byte[] snapshot = host.snapshot();

    assertThatThrownBy(() -> host.restore(java.util.Arrays.copyOf(snapshot, snapshot.length - 1)))
        .hasMessageContaining("restored");

    assertThat(heard.failures).singleElement().asString().contains("cut off");
  }

  @Test
  void whatFollowsASnapshotIsNotAppliedWithoutIt() {
    host.expectSnapshot(10);

    assertThatThrownBy(() -> host.apply(11, batch(1, "a"))).isNotNull();

    assertThat(machine.applied()).isEmpty();
    assertThat(heard.failures).singleElement().asString().contains("was not restored");
  }

  @Test
  void theBarrierIsPassedBeforeAnythingIsApplied() {
    List<Object> order = new ArrayList<>();
    MachineHost gated =
        new MachineHost(
            machine, index -> order.add(index + " after " + machine.applied().size()), heard);

    gated.apply(4, batch(1, "a"));

    assertThat(order).containsExactly("4 after 0");
    assertThat(heard.restored).isZero();
  }
}
