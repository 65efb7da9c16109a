package dev.orbit.transport.internal.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KindsTest {
  private final Kinds kinds = new Kinds();

  private int skippedBeforeTheNextTry(int kind) {
    int skipped = 0;
    while (!kinds.isWorthTrying(kind)) {
      skipped++;
    }
    return skipped;
  }

  @Test
  void aKindThatDoesNotShrinkIsTriedLessAndLessOften() {
    kinds.tried(1, false);
    int first = skippedBeforeTheNextTry(1);
    kinds.tried(1, false);
    int second = skippedBeforeTheNextTry(1);
    for (int i = 0; i < 20; i++) {
      kinds.tried(1, false);
    }
    int last = skippedBeforeTheNextTry(1);

    assertThat(first).isEqualTo(1);
    assertThat(second).isEqualTo(2);
    assertThat(last).isEqualTo(Kinds.MOST_SKIPPED);
  }

  @Test
  void aKindThatShrinksAgainIsTriedEveryTime() {
    for (int i = 0; i < 5; i++) {
      kinds.tried(1, false);
    }
    skippedBeforeTheNextTry(1);

    kinds.tried(1, true);

    assertThat(skippedBeforeTheNextTry(1)).isZero();
  }

  @Test
  void kindsDoNotSpeakForEachOther() {
    kinds.tried(255, false);

    assertThat(kinds.isWorthTrying(0)).isTrue();
    assertThat(kinds.isWorthTrying(255)).isFalse();
  }
}
