package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.DeactivationReason;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that find their actor idle, and so are in no queue until their turn. */
class HandedCallsTest {
  private final ManualEnvironment environment = new ManualEnvironment();
  private final LoneTable host = new LoneTable(environment, 3);

  @BeforeEach
  void activate() {
    call();
    environment.settle();
  }

  @Test
  void isInNoQueueAndCountsAsWaiting() {
    call();
    Mailbox<Call> mailbox = host.activation("x").order().mailbox();

    assertThat(mailbox.size()).isEqualTo(1);
    assertThat(mailbox.hasLinked()).isFalse();
    assertThat(mailbox.linked()).isEmpty();
  }

  @Test
  void comesBeforeWhatComesLaterAndTakesAPlace() {
    RecordedAnswer first = call();
    RecordedAnswer second = call();
    RecordedAnswer third = call();
    RecordedAnswer beyond = call();
    environment.settle();

    assertThat(first.all()).containsExactly(2);
    assertThat(second.all()).containsExactly(3);
    assertThat(third.all()).containsExactly(4);
    assertThat(beyond.wasRefusedWith(ErrorCode.OVERLOADED)).isTrue();
  }

  @Test
  void isToldWhenTheLeaseIsLostBeforeItsTurn() {
    RecordedAnswer waiting = call();
    RecordedAnswer behind = call();

    host.table().abandon();
    environment.settle();

    assertThat(waiting.wasRefusedWith(ErrorCode.LEASE_LOST)).isTrue();
    assertThat(behind.wasRefusedWith(ErrorCode.LEASE_LOST)).isTrue();
  }

  @Test
  void isSentAwayWhenTheNodeStopsBeforeItsTurn() {
    RecordedAnswer waiting = call();

    host.table().endAll();
    environment.settle();

    assertThat(waiting.wasRefusedWith(ErrorCode.SHUTTING_DOWN)).isTrue();
    assertThat(host.journal().lines()).containsExactly("activate x", "deactivate x SHUTDOWN");
    assertThat(host.table().isEmpty()).isTrue();
  }

  @Test
  void keepsTheActorFromLeaving() {
    RecordedAnswer waiting = call();

    host.activation("x").deactivate(DeactivationReason.IDLE);
    environment.settle();

    assertThat(waiting.all()).containsExactly(2);
    assertThat(host.journal().lines()).containsExactly("activate x");
  }

  @Test
  void runsOnTheNextInstanceWhereThisOneMustNotGoOn() {
    RecordedAnswer first = call();
    RecordedAnswer second = call();

    host.activation("x").deactivate(DeactivationReason.STATE_CONFLICT);
    environment.settle();

    assertThat(first.all()).containsExactly(2);
    assertThat(second.all()).containsExactly(3);
    assertThat(host.journal().lines())
        .containsExactly("activate x", "deactivate x STATE_CONFLICT", "activate x");
  }

  @Test
  void canBeCalledOffBeforeItsTurn() {
    RecordedAnswer answer = new RecordedAnswer();
    Call call = host.call("x", answer);
    RecordedAnswer behind = call();

    boolean cancelled = call.cancel();
    environment.settle();

    assertThat(cancelled).isTrue();
    assertThat(answer.wasRefusedWith(ErrorCode.CANCELLED)).isTrue();
    assertThat(behind.all()).containsExactly(2);
  }

  @Test
  void itsTurnIsFoundWhileItRunsAndNotAfterwards() {
    List<Turn> seen = turnsSeenFromWithin();

    call();
    environment.settle();

    assertThat(seen).extracting(Turn::activation).containsExactly(host.activation("x"));
    assertThat(host.activation("x").order().open()).isEmpty();
  }

  @Test
  void itsTurnIsFoundWhereAllPlacesAreTaken() {
    Activation activation = host.activation("x");
    TurnPlaces places = host.table().places();
    List<Turn> others = new ArrayList<>();
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      taken.add(takeAPlace(others, activation));
    }
    int beyond = takeAPlace(others, activation);
    List<Turn> seen = turnsSeenFromWithin();

    call();
    environment.settle();
    List<Turn> there = taken.stream().map(places::at).toList();
    taken.forEach(places::free);
    call();
    environment.settle();

    assertThat(taken).doesNotContain(TurnPlaces.NONE).doesNotHaveDuplicates();
    assertThat(beyond).isEqualTo(TurnPlaces.NONE);
    assertThat(there).isEqualTo(others.subList(0, 4));
    assertThat(seen).hasSize(2).doesNotContainAnyElementsOf(others).doesNotHaveDuplicates();
    assertThat(activation.order().open()).isEmpty();
    assertThat(takeAPlace(others, activation)).isIn(taken);
  }

  private int takeAPlace(List<Turn> others, Activation activation) {
    others.add(new Turn(activation, host.make("x", new RecordedAnswer())));
    return host.table().places().take(others.getLast());
  }

  /** What a reader sees who has read the number of a place just before its turn ended. */
  @Test
  void theTurnOfAnotherActorInItsPlaceIsNotTakenForItsOwn() {
    // Of one hash, so that they want the same place.
    host.call("Aa", new RecordedAnswer());
    host.call("BB", new RecordedAnswer());
    environment.settle();
    TurnPlaces places = host.table().places();
    Turn others = new Turn(host.activation("BB"), host.make("BB", new RecordedAnswer()));
    List<List<Turn>> seen = new ArrayList<>();
    host.journal()
        .during(
            () -> {
              TurnOrder order = host.activation("Aa").order();
              int place = placeOf(order.open().getFirst(), places);
              places.free(place);
              assertThat(places.take(others)).isEqualTo(place);
              seen.add(order.open());
            });

    host.call("Aa", new RecordedAnswer());
    environment.settle();

    assertThat(seen).containsExactly(List.of());
  }

  private static int placeOf(Turn turn, TurnPlaces places) {
    int place = 0;
    while (!turn.equals(places.at(place))) {
      place++;
    }
    return place;
  }

  private List<Turn> turnsSeenFromWithin() {
    List<Turn> seen = new ArrayList<>();
    host.journal().during(() -> seen.addAll(host.activation("x").order().open()));
    return seen;
  }

  private RecordedAnswer call() {
    RecordedAnswer answer = new RecordedAnswer();
    host.call("x", answer);
    return answer;
  }
}
