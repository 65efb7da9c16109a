package dev.orbit.testkit.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What a {@link StateStore} must do.
 *
 * <pre>{@code
 * class MyStoreIT implements StateStoreContract {
 *   public StateStoreFixture fixture() {
 *     return new MyFixture();
 *   }
 * }
 * }</pre>
 */
public interface StateStoreContract {
  /** An early activation. */
  Fence FIRST = new Fence(5, 1);

  /** A later one in the same view. */
  Fence SECOND = new Fence(5, 2);

  /** One of a later view. */
  Fence LATER_VIEW = new Fence(6, 1);

  /**
   * A fresh store that holds nothing.
   *
   * @throws Exception if it cannot be had, which fails the test
   */
  StateStoreFixture fixture() throws Exception;

  @Test
  default void aKeyThatWasNeverWrittenIsAbsent() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StoredState stored = fixture.store().claim(key("a"), FIRST);

      assertEquals(StoredState.ABSENT, stored);
    }
  }

  @Test
  default void whatWasWrittenIsReadByALaterClaim() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      fixture.store().claim(key("a"), FIRST);
      long version = fixture.store().write(key("a"), 0, FIRST, bytes("one"));

      StoredState stored = fixture.other().claim(key("a"), SECOND);

      assertEquals(1, version);
      assertEquals(1, stored.version());
      assertEquals(Optional.of("one"), text(stored));
    }
  }

  @Test
  default void eachWriteRaisesTheVersionByOne() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StateStore store = fixture.store();
      store.claim(key("a"), FIRST);

      long first = store.write(key("a"), 0, FIRST, bytes("one"));
      long second = store.write(key("a"), first, FIRST, bytes("two"));
      long third = store.write(key("a"), second, FIRST, Optional.empty());

      assertEquals(List.of(1L, 2L, 3L), List.of(first, second, third));
      assertEquals(Optional.empty(), store.claim(key("a"), SECOND).value());
    }
  }

  @Test
  default void anEmptyValueIsNotAnAbsentOne() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      fixture.store().write(key("a"), 0, FIRST, Optional.of(new byte[0]));

      StoredState stored = fixture.store().claim(key("a"), SECOND);

      assertArrayEquals(new byte[0], stored.value().orElseThrow());
    }
  }

  @Test
  default void bytesComeBackAsTheyWere() throws Exception {
    byte[] value = new byte[1 << 20];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (i * 31 + (i >> 8));
    }
    try (StateStoreFixture fixture = fixture()) {
      fixture.store().write(key("a"), 0, FIRST, Optional.of(value));

      assertArrayEquals(value, fixture.other().claim(key("a"), SECOND).value().orElseThrow());
    }
  }

  @Test
  default void aWriteOfAnOldVersionIsRefusedAndChangesNothing() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StateStore store = fixture.store();
      store.write(key("a"), 0, FIRST, bytes("one"));

      refuses(ErrorCode.STATE_CONFLICT, () -> store.write(key("a"), 0, FIRST, bytes("two")));

      assertEquals(Optional.of("one"), text(store.claim(key("a"), SECOND)));
    }
  }

  @Test
  default void aWriteOfAVersionThatIsYetToComeIsRefused() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      refuses(
          ErrorCode.STATE_CONFLICT, () -> fixture.store().write(key("a"), 3, FIRST, bytes("two")));
    }
  }

  @Test
  default void aWriteWithAnOlderFenceThanTheLastClaimIsRefused() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StateStore store = fixture.store();
      store.claim(key("a"), FIRST);
      fixture.other().claim(key("a"), SECOND);

      refuses(ErrorCode.STATE_FENCED, () -> store.write(key("a"), 0, FIRST, bytes("late")));

      assertEquals(1, store.write(key("a"), 0, SECOND, bytes("mine")));
    }
  }

  @Test
  default void aClaimIsBoundToAKeyThatHoldsNothing() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StateStore store = fixture.store();
      store.claim(key("empty"), LATER_VIEW);

      refuses(ErrorCode.STATE_FENCED, () -> store.write(key("empty"), 0, SECOND, bytes("late")));
      refuses(ErrorCode.STATE_FENCED, () -> store.claim(key("empty"), SECOND));
    }
  }

  @Test
  default void aLaterViewOutranksAnyCounter() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StateStore store = fixture.store();
      store.claim(key("a"), new Fence(5, 1_000_000));

      store.claim(key("a"), LATER_VIEW);

      refuses(
          ErrorCode.STATE_FENCED,
          () -> store.write(key("a"), 0, new Fence(5, 2_000_000), bytes("late")));
    }
  }

  @Test
  default void theSameFenceMayClaimAgain() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      fixture.store().claim(key("a"), FIRST);
      fixture.store().write(key("a"), 0, FIRST, bytes("one"));

      StoredState again = fixture.store().claim(key("a"), FIRST);

      assertEquals(1, again.version());
    }
  }

  @Test
  default void keysOfEveryKindStayApart() throws Exception {
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
            Key.of("a"),
            Key.of("a "),
            Key.of("'\"%_"));
    try (StateStoreFixture fixture = fixture()) {
      for (int i = 0; i < keys.size(); i++) {
        fixture.store().write(key(keys.get(i), "cart"), 0, FIRST, bytes("value " + i));
      }

      for (int i = 0; i < keys.size(); i++) {
        assertEquals(
            Optional.of("value " + i),
            text(fixture.store().claim(key(keys.get(i), "cart"), SECOND)));
      }
    }
  }

  @Test
  default void statesOfOneActorAndClustersStayApart() throws Exception {
    AddressableReference actor = new AddressableReference("Cart", Key.of("a"));
    try (StateStoreFixture fixture = fixture()) {
      StateStore store = fixture.store();
      store.write(new StateKey("east", actor, "one"), 0, FIRST, bytes("1"));
      store.write(new StateKey("east", actor, "two"), 0, FIRST, bytes("2"));
      store.write(new StateKey("west", actor, "one"), 0, FIRST, bytes("3"));

      assertEquals(Optional.of("1"), text(store.claim(new StateKey("east", actor, "one"), FIRST)));
      assertEquals(Optional.of("2"), text(store.claim(new StateKey("east", actor, "two"), FIRST)));
      assertEquals(Optional.of("3"), text(store.claim(new StateKey("west", actor, "one"), FIRST)));
    }
  }

  @Test
  default void ofManyWritersOfOneVersionOneWins() throws Exception {
    int rounds = 20;
    int writers = 8;
    int won = 0;
    try (StateStoreFixture fixture = fixture()) {
      fixture.store().claim(key("a"), FIRST);

      for (int round = 0; round < rounds; round++) {
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
          StateStore store = w % 2 == 0 ? fixture.store() : fixture.other();
          long expected = round;
          calls.add(() -> succeeds(() -> store.write(key("a"), expected, FIRST, bytes("x"))));
        }
        won += (int) outcomes(calls).stream().filter(done -> done).count();
      }

      assertEquals(rounds, won);
      assertEquals(rounds, fixture.store().claim(key("a"), SECOND).version());
    }
  }

  @Test
  default void aRefusedWriteDoesNotHarmTheOthersOfItsTime() throws Exception {
    int keys = 50;
    try (StateStoreFixture fixture = fixture()) {
      StateStore store = fixture.store();
      for (int i = 0; i < keys; i += 2) {
        store.claim(key("k" + i), LATER_VIEW);
      }
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        String name = "k" + i;
        calls.add(() -> succeeds(() -> store.write(key(name), 0, FIRST, bytes("x"))));
      }

      List<Boolean> outcomes = outcomes(calls);

      for (int i = 0; i < keys; i++) {
        assertEquals(i % 2 == 1, outcomes.get(i));
        assertEquals(i % 2, store.claim(key("k" + i), new Fence(9, 9)).version());
      }
    }
  }

  @Test
  default void sequencesOfOperationsAreAnsweredAsAModelWould() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      for (long seed = 1; seed <= 10; seed++) {
        new GeneratedSequences(fixture).oneByOne(seed, 60);
      }
    }
  }

  @Test
  default void concurrentOperationsAreLinearizable() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      for (long seed = 1; seed <= 5; seed++) {
        new GeneratedSequences(fixture).atOnce(seed, 6, 30, () -> {});
      }
    }
  }

  @Test
  default void concurrentOperationsAreLinearizableWhileTheStoreIsDisturbed() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      for (long seed = 11; seed <= 15; seed++) {
        new GeneratedSequences(fixture).atOnce(seed, 6, 40, fixture::disturb);
      }

      GeneratedSequences.servesAgain("store", fixture.store());
      GeneratedSequences.servesAgain("other", fixture.other());
    }
  }

  @Test
  default void whatWasWrittenOutlivesTheStoreThatWroteIt() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      assumeTrue(fixture.isDurable(), "the store keeps data for as long as it is open");
      fixture.store().write(key("kept"), 0, FIRST, bytes("value"));

      fixture.store().close();

      assertEquals(Optional.of("value"), text(fixture.other().claim(key("kept"), FIRST)));
    }
  }

  @Test
  default void aClosedStoreSaysSo() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StateStore store = fixture.store();
      store.close();

      refuses(ErrorCode.STORE_UNAVAILABLE, () -> store.claim(key("a"), FIRST));
      refuses(ErrorCode.STORE_UNAVAILABLE, () -> store.write(key("a"), 0, FIRST, bytes("x")));
    }
  }

  private static void refuses(ErrorCode code, Executable call) {
    assertEquals(code, assertThrows(StorageException.class, call).code());
  }

  private static boolean succeeds(Callable<?> call) throws Exception {
    try {
      call.call();
      return true;
    } catch (StorageException e) {
      assertTrue(
          e.code() == ErrorCode.STATE_CONFLICT || e.code() == ErrorCode.STATE_FENCED,
          () -> "refused by " + e);
      return false;
    }
  }

  private static List<Boolean> outcomes(List<Callable<Boolean>> calls) throws Exception {
    List<Boolean> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> result : threads.invokeAll(calls)) {
        outcomes.add(result.get());
      }
    }
    return outcomes;
  }

  private static StateKey key(String name) {
    return key(Key.of(name), "cart");
  }

  private static StateKey key(Key key, String state) {
    return new StateKey("shop", new AddressableReference("Cart", key), state);
  }

  private static Optional<byte[]> bytes(String text) {
    return Optional.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> text(StoredState stored) {
    return stored.value().map(value -> new String(value, StandardCharsets.UTF_8));
  }
}
