package dev.orbit.runtime.internal.persistence;

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
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.runtime.internal.registration.StateSlot;
import dev.orbit.runtime.state.MemoryStateStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PersistentStateTest {
  private static final StateKey KEY =
      new StateKey("shop", new AddressableReference("Cart", Key.of("a")), "cart");
  private static final Fence FENCE = new Fence(1, 1);

  record Amount(int value) {}

  private final FlakyStore store = new FlakyStore();
  private final List<StorageException> refusals = new ArrayList<>();
  private boolean mayWrite = true;

  @Test
  void beginsWithTheInitialValue() {
    PersistentState<Object> state = load();

    assertThat(state.value()).isEqualTo(new Amount(100));
    assertThat(state.exists()).isFalse();
    assertThat(state.version()).isZero();
  }

  @Test
  void whatWasWrittenIsReadByTheNextActivation() {
    load().update(amount -> new Amount(((Amount) amount).value() + 1));

    PersistentState<Object> next = load();

    assertThat(next.value()).isEqualTo(new Amount(101));
    assertThat(next.exists()).isTrue();
    assertThat(next.version()).isEqualTo(1);
  }

  @Test
  void clearingBringsTheInitialValueBack() {
    PersistentState<Object> state = load();
    state.write(new Amount(7));

    state.clear();

    assertThat(state.value()).isEqualTo(new Amount(100));
    assertThat(state.exists()).isFalse();
    assertThat(load().exists()).isFalse();
    assertThat(state.version()).isEqualTo(2);
  }

  @Test
  void aRefusedWriteKeepsTheValueAndIsToldToTheActivation() {
    PersistentState<Object> state = load();
    store.claim(KEY, new Fence(2, 1));

    assertThatThrownBy(() -> state.write(new Amount(7)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("later activation");

    assertThat(state.value()).isEqualTo(new Amount(100));
    assertThat(refusals).extracting(StorageException::code).containsExactly(ErrorCode.STATE_FENCED);
  }

  @Test
  void writesNothingWithoutTheLease() {
    PersistentState<Object> state = load();
    mayWrite = false;

    assertThatThrownBy(() -> state.write(new Amount(7))).isInstanceOf(StorageException.class);

    assertThat(store.claim(KEY, FENCE)).isEqualTo(StoredState.ABSENT);
    assertThat(refusals).hasSize(1);
  }

  @Test
  void readsAgainAfterAWriteThatHappenedWithoutSayingSo() {
    PersistentState<Object> state = load();
    store.failAfterWriting = true;
    assertThatThrownBy(() -> state.write(new Amount(7))).isInstanceOf(StorageException.class);
    store.failAfterWriting = false;

    Object value = state.value();
    state.update(amount -> new Amount(((Amount) amount).value() + 1));

    assertThat(value).isEqualTo(new Amount(7));
    assertThat(load().value()).isEqualTo(new Amount(8));
    assertThat(refusals).isEmpty();
  }

  @Test
  void readsAgainAfterAWriteThatDidNotHappen() {
    PersistentState<Object> state = load();
    store.failBeforeWriting = true;
    assertThatThrownBy(() -> state.write(new Amount(7))).isInstanceOf(StorageException.class);
    store.failBeforeWriting = false;

    state.update(amount -> new Amount(((Amount) amount).value() + 1));

    assertThat(load().value()).isEqualTo(new Amount(101));
  }

  @Test
  void whatCannotBeDecodedIsNotOverwritten() {
    Optional<byte[]> garbage = Optional.of("{\"value\":".getBytes(StandardCharsets.UTF_8));
    store.write(KEY, 0, FENCE, garbage);

    assertThatThrownBy(this::load)
        .isInstanceOf(StorageException.class)
        .extracting(e -> ((StorageException) e).code())
        .isEqualTo(ErrorCode.STATE_UNREADABLE);

    assertThat(store.claim(KEY, FENCE).value())
        .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(garbage.orElseThrow()));
  }

  record Line(String sku, int quantity, @Nullable String note) {}

  record Cart(int version, String currency, List<Line> lines) {}

  @Test
  void readsWhatAnEarlierFormOfTheTypeWrote() {
    write("{\"owner\":\"ada\",\"lines\":[{\"sku\":\"a\"}]}");

    Object cart =
        load(new StateSlot("cart", Cart.class, () -> new Cart(2, "EUR", List.of()))).value();

    // New at the top: as in a new cart. New further down: as Java begins. Gone: passed over.
    assertThat(cart).isEqualTo(new Cart(2, "EUR", List.of(new Line("a", 0, null))));
  }

  @Test
  void aFieldThatChangedItsTypeIsNotReadAndNotOverwritten() {
    write("{\"version\":\"two\",\"currency\":\"EUR\",\"lines\":[]}");

    assertThatThrownBy(
            () -> load(new StateSlot("cart", Cart.class, () -> new Cart(2, "EUR", List.of()))))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("version");

    assertThat(store.claim(KEY, FENCE).version()).isEqualTo(1);
  }

  private void write(String json) {
    store.write(KEY, 0, FENCE, Optional.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refreshingReadsWhatIsStored() {
    PersistentState<Object> state = load();
    store.write(KEY, 0, FENCE, Optional.of("{\"value\":3}".getBytes(StandardCharsets.UTF_8)));

    state.refresh();

    assertThat(state.value()).isEqualTo(new Amount(3));
    assertThat(state.version()).isEqualTo(1);
  }

  @Test
  void aStoreThatBreaksInItsOwnWayMayHaveWritten() {
    PersistentState<Object> state = load();
    store.breaks = true;

    assertThatThrownBy(() -> state.write(new Amount(7)))
        .isInstanceOf(StorageException.class)
        .extracting(e -> ((StorageException) e).code())
        .isEqualTo(ErrorCode.WRITE_OUTCOME_UNKNOWN);
  }

  private PersistentState<Object> load() {
    return load(new StateSlot("cart", Amount.class, () -> new Amount(100)));
  }

  private PersistentState<Object> load(StateSlot slot) {
    return PersistentState.load(
        slot,
        KEY,
        new StateAccess(
            store,
            new JsonCodec(
                (contract, key) -> {
                  throw new IllegalStateException("no references in these states");
                }),
            FENCE,
            () -> mayWrite,
            Runnable::run,
            refusals::add));
  }

  /** Keeps state in memory, and fails when it is told to. */
  private static final class FlakyStore implements StateStore {
    private final MemoryStateStore memory = new MemoryStateStore();
    private boolean failBeforeWriting;
    private boolean failAfterWriting;
    private boolean breaks;

    @Override
    public StoredState claim(StateKey key, Fence fence) {
      return memory.claim(key, fence);
    }

    @Override
    public long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value) {
      failIf(failBeforeWriting);
      if (breaks) {
        throw new IllegalStateException("a defect of a store");
      }
      long version = memory.write(key, expectedVersion, fence, value);
      failIf(failAfterWriting);
      return version;
    }

    private static void failIf(boolean fails) {
      if (fails) {
        throw new StorageException(ErrorCode.STORE_UNAVAILABLE, "the connection broke");
      }
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
