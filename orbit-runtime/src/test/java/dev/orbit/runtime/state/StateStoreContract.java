package dev.orbit.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store must do. */
abstract class StateStoreContract {
  private static final Fence FIRST = new Fence(5, 1);
  private static final Fence SECOND = new Fence(5, 2);
  private static final Fence LATER_VIEW = new Fence(6, 1);

  private StateStore store;

  abstract StateStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void aKeyThatWasNeverWrittenIsAbsent() {
    StoredState stored = store.claim(key("a"), FIRST);

    assertThat(stored.version()).isZero();
    assertThat(stored.value()).isEmpty();
  }

  @Test
  void whatWasWrittenIsReadByALaterClaim() {
    store.claim(key("a"), FIRST);
    long version = store.write(key("a"), 0, FIRST, bytes("one"));

    StoredState stored = store.claim(key("a"), SECOND);

    assertThat(version).isEqualTo(1);
    assertThat(stored.version()).isEqualTo(1);
    assertThat(text(stored)).contains("one");
  }

  @Test
  void eachWriteRaisesTheVersionByOne() {
    store.claim(key("a"), FIRST);

    long first = store.write(key("a"), 0, FIRST, bytes("one"));
    long second = store.write(key("a"), first, FIRST, bytes("two"));
    long third = store.write(key("a"), second, FIRST, Optional.empty());

    assertThat(List.of(first, second, third)).containsExactly(1L, 2L, 3L);
    assertThat(store.claim(key("a"), SECOND).value()).isEmpty();
  }

  @Test
  void anEmptyValueIsNotAnAbsentOne() {
    store.write(key("a"), 0, FIRST, Optional.of(new byte[0]));

    StoredState stored = store.claim(key("a"), SECOND);

    assertThat(stored.value()).hasValueSatisfying(value -> assertThat(value).isEmpty());
  }

  @Test
  void aWriteOfAnOldVersionIsRefusedAndChangesNothing() {
    store.write(key("a"), 0, FIRST, bytes("one"));

    refuses(ErrorCode.STATE_CONFLICT, () -> store.write(key("a"), 0, FIRST, bytes("two")));

    assertThat(text(store.claim(key("a"), SECOND))).contains("one");
  }

  @Test
  void aWriteOfAVersionThatIsYetToComeIsRefused() {
    refuses(ErrorCode.STATE_CONFLICT, () -> store.write(key("a"), 3, FIRST, bytes("two")));
  }

  @Test
  void aWriteWithAnOlderFenceThanTheLastClaimIsRefused() {
    store.claim(key("a"), FIRST);
    store.claim(key("a"), SECOND);

    refuses(ErrorCode.STATE_FENCED, () -> store.write(key("a"), 0, FIRST, bytes("late")));

    assertThat(store.write(key("a"), 0, SECOND, bytes("mine"))).isEqualTo(1);
  }

  @Test
  void aClaimIsBoundToAKeyThatHoldsNothing() {
    store.claim(key("empty"), LATER_VIEW);

    refuses(ErrorCode.STATE_FENCED, () -> store.write(key("empty"), 0, SECOND, bytes("late")));
    refuses(ErrorCode.STATE_FENCED, () -> store.claim(key("empty"), SECOND));
  }

  @Test
  void aLaterViewOutranksAnyCounter() {
    store.claim(key("a"), new Fence(5, 1_000_000));

    store.claim(key("a"), LATER_VIEW);

    refuses(
        ErrorCode.STATE_FENCED,
        () -> store.write(key("a"), 0, new Fence(5, 2_000_000), bytes("late")));
  }

  @Test
  void theSameFenceMayClaimAgain() {
    store.claim(key("a"), FIRST);
    store.write(key("a"), 0, FIRST, bytes("one"));

    StoredState again = store.claim(key("a"), FIRST);

    assertThat(again.version()).isEqualTo(1);
  }

  @Test
  void keysOfEveryKindStayApart() {
    List<Key> keys =
        List.of(
            Key.of("1"),
            Key.of(1),
            Key.of(1L),
            Key.NONE,
            Key.of(""),
            Key.of("\u0000"),
            Key.of("\\u0000"),
            Key.of("\ud800"),
            Key.of("\udc00"),
            Key.of("?"),
            Key.of("\ud83d\ude00"),
            Key.of("A"),
            Key.of("a"));

    for (int i = 0; i < keys.size(); i++) {
      store.write(key(keys.get(i), "cart"), 0, FIRST, bytes("value " + i));
    }

    for (int i = 0; i < keys.size(); i++) {
      assertThat(text(store.claim(key(keys.get(i), "cart"), SECOND))).contains("value " + i);
    }
  }

  @Test
  void statesOfOneActorAndClustersStayApart() {
    AddressableReference actor = new AddressableReference("Cart", Key.of("a"));
    store.write(new StateKey("east", actor, "one"), 0, FIRST, bytes("1"));
    store.write(new StateKey("east", actor, "two"), 0, FIRST, bytes("2"));
    store.write(new StateKey("west", actor, "one"), 0, FIRST, bytes("3"));

    assertThat(text(store.claim(new StateKey("east", actor, "one"), FIRST))).contains("1");
    assertThat(text(store.claim(new StateKey("east", actor, "two"), FIRST))).contains("2");
    assertThat(text(store.claim(new StateKey("west", actor, "one"), FIRST))).contains("3");
  }

  @Test
  void ofManyWritersOfOneVersionOneWins() throws Exception {
    store.claim(key("a"), FIRST);
    int rounds = 20;
    int writers = 8;
    int won = 0;

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < rounds; round++) {
        long expected = round;
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
          String value = round + " by " + w;
          calls.add(() -> succeeds(() -> store.write(key("a"), expected, FIRST, bytes(value))));
        }
        for (Future<Boolean> result : threads.invokeAll(calls)) {
          won += result.get() ? 1 : 0;
        }
      }
    }

    assertThat(won).isEqualTo(rounds);
    assertThat(store.claim(key("a"), SECOND).version()).isEqualTo(rounds);
  }

  @Test
  void aRefusedWriteDoesNotHarmTheOthersOfItsTime() throws Exception {
    int keys = 50;
    for (int i = 0; i < keys; i += 2) {
      store.claim(key("k" + i), LATER_VIEW);
    }

    List<Boolean> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        String name = "k" + i;
        calls.add(() -> succeeds(() -> store.write(key(name), 0, FIRST, bytes("x"))));
      }
      for (Future<Boolean> result : threads.invokeAll(calls)) {
        outcomes.add(result.get());
      }
    }

    for (int i = 0; i < keys; i++) {
      assertThat(outcomes.get(i)).isEqualTo(i % 2 == 1);
      assertThat(store.claim(key("k" + i), new Fence(9, 9)).version()).isEqualTo(i % 2);
    }
  }

  @Test
  void aClosedStoreSaysSo() {
    store.close();

    refuses(ErrorCode.STORE_UNAVAILABLE, () -> store.claim(key("a"), FIRST));
    refuses(ErrorCode.STORE_UNAVAILABLE, () -> store.write(key("a"), 0, FIRST, bytes("x")));
  }

  static void refuses(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(StorageException.class)
        .extracting(e -> ((StorageException) e).code())
        .isEqualTo(code);
  }

  static boolean succeeds(Callable<?> call) throws Exception {
    try {
      call.call();
      return true;
    } catch (StorageException e) {
      return false;
    }
  }

  static StateKey key(String name) {
    return key(Key.of(name), "cart");
  }

  private static StateKey key(Key key, String state) {
    return new StateKey("shop", new AddressableReference("Cart", key), state);
  }

  static Optional<byte[]> bytes(String text) {
    return Optional.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static Optional<String> text(StoredState stored) {
    return stored.value().map(value -> new String(value, StandardCharsets.UTF_8));
  }
}
