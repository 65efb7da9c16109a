package dev.orbit.raft.internal.cluster;

import static dev.orbit.raft.internal.cluster.Commands.SETTINGS;
import static dev.orbit.raft.internal.cluster.Commands.command;
import static dev.orbit.raft.internal.cluster.Commands.join;
import static dev.orbit.raft.internal.cluster.Commands.life;
import static dev.orbit.raft.internal.cluster.Commands.node;
import static dev.orbit.raft.internal.cluster.Commands.sentBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.raft.internal.cluster.ClusterCommand.Announce;
import dev.orbit.raft.internal.cluster.ClusterCommand.Expire;
import dev.orbit.raft.internal.cluster.ClusterCommand.Leave;
import dev.orbit.raft.internal.cluster.ClusterCommand.Renew;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterStateMachineTest {
  private final Recorder seen = new Recorder();
  private final ClusterStateMachine machine = machine(seen);

  @Test
  void theObserverHearsOfEachProofOfLifeAndEachChange() {
    apply(machine, 1, join("a"));
    apply(machine, 2, command(new Renew(life("a", 1))));
    apply(machine, 3, join("a"));
    apply(machine, 4, command(new Renew(life("a", 9))));
    apply(machine, 5, command(new Leave(life("a", 1))));

    assertThat(seen.log)
        .containsExactly(
            "heard shop/a#1 at 1",
            "view 1",
            "applied 1",
            "heard shop/a#1 at 2",
            "applied 2",
            "applied 3",
            "applied 4",
            "view 2",
            "applied 5");
  }

  @Test
  void whatIsNoCommandStopsTheVoter() {
    byte[] empty = {};
    byte[] garbage = {(byte) 0xff, 1, 2, 3};
    // Field 31 of the command: one that a later version may have.
    byte[] unknown = {(byte) 0xfa, 0x01, 0x00};

    assertThatThrownBy(() -> machine.apply(1, empty)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> machine.apply(1, garbage)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> machine.apply(1, unknown))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("newer than this version of Orbit");
  }

  @Test
  void aSnapshotBringsBackTheWholeState() throws IOException {
    apply(machine, 1, join("a"));
    apply(machine, 2, sentBy("c", 7, join("b")));
    apply(machine, 3, command(new Announce(life("b", 2), NodeStatus.DRAINING)));
    apply(machine, 4, command(new Renew(life("a", 1))));
    Recorder later = new Recorder();
    ClusterStateMachine restored = machine(later);

    restored.restore(new ByteArrayInputStream(snapshot(machine)));

    assertThat(later.log).containsExactly("replaced by view 3 {shop/a=4, shop/b=2}", "applied 4");
    assertThat(later.settings).contains(SETTINGS);
    assertThat(snapshot(restored)).isEqualTo(snapshot(machine));
    byte[] repeated = ClusterCodec.bytes(sentBy("c", 7, join("b")));
    assertThat(restored.apply(5, repeated)).isEqualTo(machine.apply(5, repeated));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void votersThatApplyTheSameHaveTheSameBytesWhereverOneOfThemStarted(long seed)
      throws IOException {
    Random random = new Random(seed);
    ClusterStateMachine other = machine(new Recorder());
    for (int index = 1; index <= 400; index++) {
      byte[] command = ClusterCodec.bytes(anything(random, index));
      if (random.nextInt(50) == 0) {
        byte[] written = snapshot(other);
        other = machine(new Recorder());
        other.restore(new ByteArrayInputStream(written));
      }

      byte[] one = machine.apply(index, command);
      byte[] two = other.apply(index, command);

      assertThat(two).isEqualTo(one);
      assertThat(snapshot(other)).isEqualTo(snapshot(machine));
    }
  }

  @Test
  void aSnapshotThatLostOrChangedABitIsNotRead() throws IOException {
    apply(machine, 1, join("a"));
    byte[] right = snapshot(machine);

    for (int i = 0; i < right.length; i++) {
      byte[] changed = right.clone();
      changed[i] ^= 0x10;
      byte[] shorter = Arrays.copyOf(right, i);
      ClusterStateMachine restored = machine(new Recorder());

      assertThatThrownBy(() -> restored.restore(new ByteArrayInputStream(changed)))
          .as("byte %d changed", i)
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> restored.restore(new ByteArrayInputStream(shorter)))
          .as("cut after byte %d", i)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void capabilitiesHaveTheSameBytesInWhateverOrderTheyCame() {
    NodeCapabilities capabilities =
        new NodeCapabilities(
            Set.of("z", "y", "x", "w"), OptionalInt.of(9), Map.of("b", "2", "a", "1", "c", "3"));
    NodeCapabilities same =
        new NodeCapabilities(
            Set.of("w", "x", "y", "z"), OptionalInt.of(9), Map.of("c", "3", "a", "1", "b", "2"));

    byte[] one = ClusterCodec.bytes(command(joinWith(capabilities)));
    byte[] two = ClusterCodec.bytes(command(joinWith(same)));

    assertThat(two).isEqualTo(one);
    assertThat(ClusterCodec.envelope(one).command()).isEqualTo(joinWith(capabilities));
  }

  private static ClusterCommand joinWith(NodeCapabilities capabilities) {
    return new ClusterCommand.Join(node("a"), new Endpoint("localhost", 1), capabilities, SETTINGS);
  }

  private static CommandEnvelope anything(Random random, int index) {
    String name = "n" + random.nextInt(8);
    MemberId some = life(name, 1 + random.nextInt(index));
    CommandEnvelope command =
        switch (random.nextInt(6)) {
          case 0, 1 -> join(name);
          case 2 -> command(new Renew(some));
          case 3 ->
              command(new Announce(some, List.of(NodeStatus.values()).get(random.nextInt(3))));
          case 4 -> command(new Leave(some));
          default -> command(new Expire(some, 1 + random.nextInt(index)));
        };
    return random.nextBoolean()
        ? command
        : sentBy("client" + random.nextInt(4), random.nextInt(index + 1), command);
  }

  private static ClusterStateMachine machine(Recorder recorder) {
    return new ClusterStateMachine(ClusterView.empty("shop", 64), recorder);
  }

  private static void apply(ClusterStateMachine machine, long index, CommandEnvelope envelope) {
    assertThat(machine.apply(index, ClusterCodec.bytes(envelope))).isNotEmpty();
  }

  private static byte[] snapshot(ClusterStateMachine machine) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    machine.snapshot(out);
    return out.toByteArray();
  }

  private static final class Recorder implements ClusterStateMachine.Observer {
    final List<String> log = new ArrayList<>();
    Optional<ClusterSettings> settings = Optional.empty();

    @Override
    public void heardOf(MemberId member, long index) {
      log.add("heard " + member + " at " + index);
    }

    @Override
    public void changed(ViewDelta change) {
      log.add("view " + change.version());
    }

    @Override
    public void replaced(ClusterView view, SortedMap<NodeId, Long> lastRenewals) {
      log.add("replaced by view " + view.version() + " " + lastRenewals);
    }

    @Override
    public void applied(long index, Optional<ClusterSettings> agreed) {
      log.add("applied " + index);
      settings = agreed;
    }
  }
}
