package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.proto.Content;
import dev.orbit.proto.Content.TransferStep;
import dev.orbit.transport.BulkConfig;
import dev.orbit.transport.TransportCounts;
import org.junit.jupiter.api.Test;

class TransferStoreTest {
  private static final int MIB = 1 << 20;

  private final Copies copies = new Copies();
  private final TransferStore store =
      new TransferStore(new BulkConfig(64 << 10, 16 << 10, 8 * MIB, 16L * MIB), copies);

  private TransferStep part(long id, int sequence, boolean last, long total, int bytes) {
    byte[] part = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      part[i] = (byte) (sequence * 31 + i);
    }
    return store.part(new Content.Chunk(id, sequence, last, total, new byte[0]), part);
  }

  @Test
  void putsPartsTogetherAndKeepsThemUntilTheyAreClaimed() {
    assertThat(part(1, 0, false, 2000, 1200)).isNull();
    assertThat(part(2, 0, true, 600, 600)).isEqualTo(TransferStep.KEPT);
    assertThat(part(1, 1, true, 2000, 800)).isEqualTo(TransferStep.KEPT);

    byte[] first = store.claim(1);

    assertThat(first).hasSize(2000);
    assertThat(first[1199]).isEqualTo((byte) 1199);
    assertThat(first[1200]).isEqualTo((byte) 31);
    assertThat(store.claim(1)).isNull();
    assertThat(store.claim(2)).hasSize(600);
    assertThat(store.usedBytes()).isZero();
  }

  @Test
  void keepsNoMoreThanItsWindowAndTakesMoreWhenSomethingIsClaimed() {
    assertThat(part(1, 0, false, 8 * MIB, 1000)).isNull();
    assertThat(part(2, 0, false, 8 * MIB, 1000)).isNull();

    assertThat(part(3, 0, false, 1000, 500)).isEqualTo(TransferStep.REFUSED);
    assertThat(part(3, 1, true, 1000, 500)).isNull();
    assertThat(store.drop(1)).isTrue();
    assertThat(part(4, 0, false, 8 * MIB, 1000)).isNull();
    assertThat(store.drop(1)).isFalse();
  }

  @Test
  void makesNoMoreThanEightTimesTheMemoryOfWhatHasArrived() {
    part(1, 0, false, 8 * MIB, 1);
    long promised = store.assemblingBytes();
    for (int i = 1; i <= 20; i++) {
      part(1, i, false, 8 * MIB, 16 << 10);
    }

    assertThat(promised).isLessThanOrEqualTo(8);
    assertThat(store.assemblingBytes()).isLessThanOrEqualTo(8L * (20 * (16 << 10) + 1));
  }

  @Test
  void copiesEachByteOnceIntoThePayload() {
    int parts = 8 * MIB / (16 << 10);
    for (int i = 0; i < parts; i++) {
      part(1, i, i == parts - 1, 8 * MIB, 16 << 10);
    }

    byte[] payload = store.claim(1);

    assertThat(payload).hasSize(8 * MIB);
    for (int i = 0; i < parts; i++) {
      assertThat(payload[i * (16 << 10) + 5]).as("part %d", i).isEqualTo((byte) (i * 31 + 5));
    }
    assertThat(copies.read()).isEqualTo(new TransportCounts.Payloads(8 * MIB, 8 * MIB));
  }

  @Test
  void keepsNoCrowdOfTinyPartsAsTheyCame() {
    for (int i = 0; i < 300; i++) {
      part(1, i, false, 8 * MIB, 1);
    }

    // The array was made, for eight times the 257 that had come by then.
    assertThat(store.assemblingBytes()).isEqualTo(8 * 257);
    assertThat(copies.read().copiedBytes()).isEqualTo(300);
  }

  @Test
  void refusesWhatMakesNoSenseAndForgetsIt() {
    assertThat(part(1, 0, false, 8 * MIB + 1, 1000)).isEqualTo(TransferStep.REFUSED);
    assertThat(part(2, 0, true, 100, 100)).isEqualTo(TransferStep.REFUSED);
    assertThat(part(3, 0, true, 1000, 999)).isEqualTo(TransferStep.REFUSED);
    assertThat(part(4, 0, false, 1000, 1000)).isEqualTo(TransferStep.REFUSED);
    assertThat(part(5, 0, true, 1000, 1001)).isEqualTo(TransferStep.REFUSED);
    assertThat(part(6, 0, false, 1000, 400)).isNull();
    assertThat(part(6, 2, true, 1000, 600)).isEqualTo(TransferStep.REFUSED);
    assertThat(part(7, 3, false, 1000, 400)).isNull();

    assertThat(store.usedBytes()).isZero();
  }
}
