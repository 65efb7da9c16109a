package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.proto.raft.CommandProto;
import org.junit.jupiter.api.Test;

class CommandLedgerTest {
  private final CommandLedger ledger = new CommandLedger();

  private static CommandProto command(String client, long sequence, long settledBelow) {
    return CommandProto.newBuilder()
        .setClient(client)
        .setSequence(sequence)
        .setSettledBelow(settledBelow)
        .build();
  }

  @Test
  void aCommandIsAdmittedOnce() {
    boolean first = ledger.admit(1, command("a", 1, 1));
    boolean again = ledger.admit(2, command("a", 1, 1));
    boolean other = ledger.admit(3, command("b", 1, 1));

    assertThat(first).isTrue();
    assertThat(again).isFalse();
    assertThat(other).isTrue();
  }

  @Test
  void commandsMayComeOutOfOrder() {
    assertThat(ledger.admit(1, command("a", 7, 5))).isTrue();
    assertThat(ledger.admit(2, command("a", 5, 5))).isTrue();
    assertThat(ledger.admit(3, command("a", 7, 5))).isFalse();
    assertThat(ledger.admit(4, command("a", 6, 5))).isTrue();
  }

  @Test
  void whatIsSettledIsNeverAdmitted() {
    ledger.admit(1, command("a", 9, 9));

    assertThat(ledger.admit(2, command("a", 8, 8))).isFalse();
    assertThat(ledger.isDone("a", 8)).isTrue();
    assertThat(ledger.isDone("a", 10)).isFalse();
  }

  @Test
  void aSnapshotRemembersAllOfIt() {
    ledger.admit(1, command("a", 3, 2));
    ledger.admit(2, command("b", 1, 1));
    CommandLedger restored = new CommandLedger();

    restored.restore(ledger.snapshot());

    assertThat(restored.snapshot()).isEqualTo(ledger.snapshot());
    assertThat(restored.admit(3, command("a", 3, 2))).isFalse();
    assertThat(restored.admit(4, command("a", 2, 2))).isTrue();
  }

  @Test
  void theClientThatIsSilentForLongestIsForgotten() {
    ledger.admit(1, command("first", 1, 1));
    ledger.admit(2, command("second", 1, 1));
    ledger.admit(3, command("first", 2, 1));

    for (int i = 0; i < CommandLedger.MAX_CLIENTS - 1; i++) {
      ledger.admit(4 + i, command("later" + i, 1, 1));
    }

    assertThat(ledger.snapshot()).hasSize(CommandLedger.MAX_CLIENTS);
    assertThat(ledger.isDone("second", 1)).isFalse();
    assertThat(ledger.isDone("first", 1)).isTrue();
  }

  @Test
  void settledCommandsTakeNoRoom() {
    for (long i = 1; i <= 10_000; i++) {
      ledger.admit(i, command("a", i, i));
    }

    assertThat(ledger.snapshot().getFirst().getAppliedCount()).isEqualTo(1);
  }
}
