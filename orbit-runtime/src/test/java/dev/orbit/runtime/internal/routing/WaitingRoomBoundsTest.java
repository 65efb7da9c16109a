package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How much may wait. */
class WaitingRoomBoundsTest extends WaitingRoomFixture {
  @Test
  void aCallThatComesBackToWhereAllPlacesAreTakenEndsAsItWasRefused() {
    credit(1);
    CompletableFuture<Reply> first = call("1");
    credit(0);
    environment.advance(Duration.ofSeconds(6));
    List<CompletableFuture<Reply>> others = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      others.add(call("other" + i));
    }
    List.copyOf(sent).subList(1, sent.size()).forEach(one -> one.refuse(70));
    environment.settle();
    sent.getFirst().refuse(71);
    environment.settle();

    assertThat(others).filteredOn(CompletableFuture::isDone).hasSize(1);
    assertThat(first.exceptionNow()).hasMessageContaining("waiting-for-room");
    assertThat(room.waiting()).isEqualTo(5);
  }

  @Test
  void moreThanThereArePlacesForAreRefused() {
    credit(1);
    for (int i = 0; i < 6; i++) {
      var _ = call("fits" + i);
    }
    CompletableFuture<Reply> one = call("too many");

    assertThat(one.exceptionNow())
        .hasMessageContaining("ORBIT-1002")
        .hasMessageContaining("waiting-for-room");
    assertThat(room.waiting()).isEqualTo(5);
    assertThat(room.refused()).isEqualTo(1);
  }

  @Test
  void allThatWaitTogetherAreBounded() {
    List<CompletableFuture<Reply>> calls = new ArrayList<>();
    // The first of each passes, and five have places.
    for (int actor = 0; actor <= WaitingRoom.ACTORS; actor++) {
      AddressableReference target = actor(actor);
      room.credited(new Content.Credit(target, 1, 5_000));
      for (int i = 0; i < 6; i++) {
        calls.add(pass(call(target, "c", CallContext.root(environment.nanoTime(), TIMEOUT))));
      }
    }

    assertThat(room.waiting()).isEqualTo(5 * WaitingRoom.ACTORS);
    assertThat(calls).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(6);
  }

  private static AddressableReference actor(int number) {
    return new AddressableReference("T", Key.of(number));
  }

  @Test
  void whatIsHeardOfMoreActorsThanThereAreDoorsForIsNotKept() {
    for (int actor = 0; actor < WaitingRoom.MOST_DOORS; actor++) {
      room.credited(new Content.Credit(actor(actor), 1, 5_000));
    }
    room.credited(new Content.Credit(ACTOR, 1, 5_000));
    CompletableFuture<Reply> refused = call("1");
    sent.getFirst().refuse(70);
    environment.settle();

    assertThat(room.isWaitedFor(ACTOR)).isFalse();
    assertThat(refused.exceptionNow()).hasMessageStartingWith("ORBIT-1002: full; gave up");
  }

  @Test
  void argumentsThatWaitAreBounded() {
    credit(1);
    var _ = call("1");
    Payload large = new Payload(1, new byte[(int) WaitingRoom.MOST_BYTES / 2 + 1]);
    CompletableFuture<Reply> first = pass(with(large));
    CompletableFuture<Reply> second = pass(with(large));

    assertThat(first).isNotDone();
    assertThat(second.exceptionNow()).hasMessageContaining("ORBIT-1002");
  }

  private RoutedCall with(Payload payload) {
    return new RoutedCall(
        ACTOR,
        "large",
        "",
        payload,
        false,
        CallContext.root(environment.nanoTime(), TIMEOUT),
        RoutedCall.PassedOn.BEGINS_HERE);
  }

  @Test
  void withoutPlacesNobodyWaitsAndHostsAreTold() {
    WaitingRoom none = new WaitingRoom(environment, "a", 0);
    none.credited(new Content.Credit(ACTOR, 1, 5_000));
    var _ = pass(none, call(ACTOR, "1", CallContext.root(environment.nanoTime(), TIMEOUT)));
    var _ = pass(none, call(ACTOR, "2", CallContext.root(environment.nanoTime(), TIMEOUT)));

    assertThat(methods()).containsExactly("1", "2");
    assertThat(sent).allMatch(one -> one.call().credit() == 0);
  }
}
