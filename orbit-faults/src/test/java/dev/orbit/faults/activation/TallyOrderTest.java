package dev.orbit.faults.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.faults.activation.Findings.Called;
import dev.orbit.testkit.history.CheckLimits;
import dev.orbit.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TallyOrderTest {
  private static final CheckLimits FEW = new CheckLimits(Duration.ofSeconds(30), 20_000);

  private final List<Called> calls = new ArrayList<>();

  private void unknown(String name, long began) {
    calls.add(
        new Called(name, name, "a", true, began, "unknown", Tally.Count.initial(), Long.MAX_VALUE));
  }

  private void answered(String name, boolean adds, long count, String last, long began, long end) {
    calls.add(new Called(name, name, "a", adds, began, "ok", new Tally.Count(count, last), end));
  }

  private Verdict<?, ?, ?> verdict() {
    return TallyOrder.check(calls, FEW);
  }

  @Test
  void aHundredCallsOfUnknownOutcomeOfWhichFortyHappenedAreDecided() {
    for (int i = 0; i < 100; i++) {
      unknown("u" + i, i);
    }
    answered("look", false, 17, "u3", 200, 201);
    answered("add", true, 39, "u50", 202, 203);
    answered("look again", false, 41, "u99", 204, 205);

    assertThat(verdict()).isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void moreThanWereCalledIsFoundAmongAHundredOfUnknownOutcome() {
    for (int i = 0; i < 100; i++) {
      unknown("u" + i, i);
    }
    answered("look", false, 17, "u3", 200, 201);
    answered("look again", false, 101, "u99", 204, 205);

    assertThat(verdict()).isInstanceOf(Verdict.NotLinearizable.class);
  }

  @Test
  void whatWasAcknowledgedAndIsGoneIsFoundAmongAHundredOfUnknownOutcome() {
    answered("add", true, 0, "", 0, 1);
    for (int i = 0; i < 100; i++) {
      unknown("u" + i, 2 + i);
    }
    answered("look", false, 1, "u7", 200, 201);

    assertThat(verdict()).isInstanceOf(Verdict.NotLinearizable.class);
  }

  @Test
  void oneCallCountedAtTwoPlacesIsFound() {
    unknown("u", 0);
    answered("add", true, 1, "u", 1, 2);
    answered("look", false, 3, "u", 3, 4);

    assertThat(verdict()).isInstanceOf(Verdict.NotLinearizable.class);
  }

  @Test
  void aCallThatWasSeenBeforeItWasMadeIsFound() {
    answered("look", false, 1, "u", 0, 1);
    unknown("u", 2);

    assertThat(verdict()).isInstanceOf(Verdict.NotLinearizable.class);
  }

  /** A tally that is called by many at once and answers some of them; then one that forgets. */
  @Test
  void whatATallyAnswersIsExplainedAndWhatAForgetfulOneAnswersIsNot() {
    for (int seed = 0; seed < 200; seed++) {
      play(new Random(seed), false);
      assertThat(verdict()).as("seed %d: %s", seed, calls).isInstanceOf(Verdict.Linearizable.class);
    }
    for (int seed = 0; seed < 200; seed++) {
      play(new Random(seed), true);
      assertThat(verdict())
          .as("seed %d: %s", seed, calls)
          .isInstanceOf(Verdict.NotLinearizable.class);
    }
  }

  private void play(Random random, boolean forgetful) {
    calls.clear();
    Tally.Count held = Tally.Count.initial();
    Tally.Count acknowledged = held;
    for (int i = 0; i < 60; i++) {
      long now = 10L * i;
      Tally.Count before = held;
      boolean happened = random.nextInt(3) > 0;
      held = happened ? held.plus("c" + i) : held;
      if (happened && random.nextBoolean()) {
        answered("c" + i, true, before.count(), before.last(), now - random.nextInt(30), now + 5);
        acknowledged = held;
      } else {
        unknown("c" + i, now - random.nextInt(200));
      }
    }
    if (forgetful) {
      held = new Tally.Count(acknowledged.count() - 1, "c0");
    }
    answered("look", false, held.count(), held.last(), 1_000, 1_001);
  }
}
