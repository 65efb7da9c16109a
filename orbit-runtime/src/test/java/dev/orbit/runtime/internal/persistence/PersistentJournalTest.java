package dev.orbit.runtime.internal.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.orbit.api.JournaledState;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.runtime.internal.registration.JournalSlot;
import dev.orbit.runtime.internal.registration.StateSlot;
import dev.orbit.runtime.state.MemoryStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What journals do beyond what the kit for stores asks of them. */
class PersistentJournalTest {
  private static final StateKey KEY =
      new StateKey("shop", new AddressableReference("Cart", Key.of("a")), "cart");

  /** What happens to a cart. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Event.Put.class, name = "put"),
    @JsonSubTypes.Type(value = Event.Emptied.class, name = "emptied")
  })
  sealed interface Event {
    record Put(String sku, int quantity) implements Event {}

    record Emptied() implements Event {}
  }

  /** The same events in a later release, which has lost one kind. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes(@JsonSubTypes.Type(value = Later.Put.class, name = "put"))
  sealed interface Later {
    record Put(String sku, int quantity, Optional<String> note) implements Later {}
  }

  record Cart(int pieces) implements JournaledState<Cart, Event> {
    @Override
    public Cart after(Event event) {
      return switch (event) {
        case Event.Put(String sku, int quantity) when quantity < 0 ->
            throw new IllegalArgumentException("less than none of " + sku);
        case Event.Put(_, int quantity) -> new Cart(pieces + quantity);
        case Event.Emptied() -> new Cart(0);
      };
    }
  }

  record LaterCart(int pieces, int puts) implements JournaledState<LaterCart, Later> {
    @Override
    public LaterCart after(Later event) {
      return switch (event) {
        case Later.Put(_, int quantity, _) -> new LaterCart(pieces + quantity, puts + 1);
      };
    }
  }

  private final Counting store = new Counting();
  private final List<StorageException> refusals = new ArrayList<>();
  private boolean mayWrite = true;

  /** Counts what is written. */
  private static final class Counting implements StateStore {
    private final MemoryStateStore memory = new MemoryStateStore();
    private final List<String> writes = new ArrayList<>();
    private int largest;
    private boolean failsToSnapshot;

    @Override
    public StoredState claim(StateKey key, Fence fence) {
      return memory.claim(key, fence);
    }

    @Override
    public long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value) {
      if (failsToSnapshot && key.equals(KEY)) {
        throw new StorageException(ErrorCode.STORE_UNAVAILABLE, "full");
      }
      writes.add(key.name());
      largest = Math.max(largest, value.orElseThrow().length);
      return memory.write(key, expectedVersion, fence, value);
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  private StateAccess access() {
    return new StateAccess(
        store,
        new JsonCodec(
            (contract, key) -> {
              throw new IllegalStateException("no references in this journal");
            }),
        new Fence(1, 1),
        () -> mayWrite,
        Runnable::run,
        refusals::add);
  }

  private PersistentJournal<Cart, Event> load(int snapshotEvery) {
    return PersistentJournal.load(
        new JournalSlot(
            new StateSlot("cart", Cart.class, () -> new Cart(0)), Event.class, snapshotEvery),
        KEY,
        access());
  }

  private PersistentJournal<LaterCart, Later> loadLater() {
    return PersistentJournal.load(
        new JournalSlot(
            new StateSlot("cart", LaterCart.class, () -> new LaterCart(0, 0)), Later.class, 3),
        KEY,
        access());
  }

  @Test
  void eventsOfSeveralKindsAddUp() {
    PersistentJournal<Cart, Event> cart = load(100);

    cart.append(new Event.Put("a", 2));
    cart.append(new Event.Emptied());
    cart.appendAll(List.of(new Event.Put("b", 1), new Event.Put("c", 4)));

    assertThat(cart.value()).isEqualTo(new Cart(5));
    assertThat(load(100).value()).isEqualTo(new Cart(5));
  }

  @Test
  void anAppendIsOneWriteAndASnapshotOneMore() {
    PersistentJournal<Cart, Event> cart = load(3);
    for (int i = 0; i < 7; i++) {
      cart.append(new Event.Put("a", 1));
    }

    assertThat(store.writes)
        .containsExactly(
            "cart", "cart~0", "cart~1", "cart~2", "cart", "cart~3", "cart~4", "cart~5", "cart",
            "cart~6");
  }

  @Test
  void aSnapshotThatFailsIsTriedAgainAndHoldsNobodyUpUntilThereIsNoRoom() {
    PersistentJournal<Cart, Event> cart = load(4);
    cart.append(new Event.Put("a", 1));
    store.failsToSnapshot = true;
    for (int i = 1; i < 8; i++) {
      cart.append(new Event.Put("a", 1));
    }

    assertThatThrownBy(() -> cart.append(new Event.Put("a", 1)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("full");
    assertThat(cart.value()).isEqualTo(new Cart(8));
    store.failsToSnapshot = false;
    cart.append(new Event.Put("a", 1));

    assertThat(load(4).value()).isEqualTo(new Cart(9));
  }

  @Test
  void anEventThatCannotBeIsNotWritten() {
    PersistentJournal<Cart, Event> cart = load(10);

    assertThatThrownBy(() -> cart.append(new Event.Put("a", -1)))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(store.writes).isEmpty();
    assertThat(cart.version()).isZero();
  }

  @Test
  void writesNothingWithoutTheLease() {
    PersistentJournal<Cart, Event> cart = load(10);
    mayWrite = false;

    assertThatThrownBy(() -> cart.append(new Event.Put("a", 1)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("has lost its lease");

    assertThat(store.writes).isEmpty();
    assertThat(refusals).hasSize(1);
  }

  @Test
  void anEventAndASnapshotOfAnEarlierReleaseAreRead() {
    PersistentJournal<Cart, Event> cart = load(3);
    for (int i = 0; i < 4; i++) {
      cart.append(new Event.Put("a", 1));
    }

    PersistentJournal<LaterCart, Later> later = loadLater();

    assertThat(later.value()).isEqualTo(new LaterCart(4, 1));
  }

  @Test
  void whatCannotBeReadIsNotOverwritten() {
    PersistentJournal<Cart, Event> cart = load(3);
    cart.append(new Event.Put("a", 1));
    cart.append(new Event.Emptied());
    int before = store.writes.size();

    assertThatThrownBy(this::loadLater)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_UNREADABLE))
        .hasMessageContaining("Cart/a:cart");

    assertThat(store.writes).hasSize(before);
    assertThat(load(3).value()).isEqualTo(new Cart(0));
  }
}
