package dev.orbit.testkit.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredReminder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What the {@link ReminderStore} of a state store must do; to be implemented beside {@link
 * StateStoreContract} by tests of a store that keeps reminders.
 */
public interface ReminderStoreContract {
  /** A moment in whole milliseconds. */
  Instant NOON = Instant.ofEpochMilli(1_800_000_000_123L);

  /** The fence of most tests. */
  Fence FENCE = new Fence(5, 1);

  /** As {@link StateStoreContract#fixture}. */
  StateStoreFixture fixture() throws Exception;

  @Test
  default void aReminderComesBackAsItWasSet() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      List<StoredReminder> set = new ArrayList<>();
      for (Key key :
          List.of(
              Key.of("a"), Key.of("\u0000\\"), Key.of("\ud800"), Key.of(7), Key.of(7L), Key.NONE)) {
        StoredReminder reminder =
            new StoredReminder(
                new ReminderKey("shop", new AddressableReference("Cart", key), "r"),
                3,
                "5.1.1",
                1,
                NOON,
                "once; cron UTC * * * * *");
        set.add(reminder);
        reminders(fixture).set(reminder, FENCE);
      }

      for (StoredReminder reminder : set) {
        assertEquals(List.of(reminder), otherReminders(fixture).of("shop", reminder.key().actor()));
      }
    }
  }

  @Test
  default void settingItAnewReplacesIt() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      reminders(fixture).set(reminder("a", "r", 3, NOON), FENCE);
      StoredReminder anew =
          new StoredReminder(key("a", "r"), 4, "5.1.9", 1, NOON.plusMillis(5), "once; single");

      reminders(fixture).set(anew, FENCE);

      assertEquals(List.of(anew), reminders(fixture).of("shop", actor("a")));
      assertEquals(List.of(), due(fixture, NOON.plusSeconds(9), 10, 3));
    }
  }

  @Test
  default void findsWhatIsDueInItsPartitionsTheEarliestFirst() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StoredReminder second = reminder("a", "r", 3, NOON.plusMillis(20));
      StoredReminder first = reminder("b", "r", 900, NOON.plusMillis(10));
      StoredReminder later = reminder("c", "r", 3, NOON.plusMillis(31));
      StoredReminder elsewhere = reminder("d", "r", 4, NOON);
      for (StoredReminder each : List.of(second, first, later, elsewhere)) {
        reminders(fixture).set(each, FENCE);
      }

      assertEquals(List.of(first, second), due(fixture, NOON.plusMillis(30), 10, 3, 900));
      assertEquals(List.of(first), due(fixture, NOON.plusMillis(30), 1, 3, 900));
      assertEquals(List.of(elsewhere), due(fixture, NOON.plusMillis(30), 10, 4));
      assertEquals(List.of(first, second), due(fixture, NOON.plusMillis(30), 10, 3, 900));
      assertEquals(
          List.of(),
          reminders(fixture).due("other", partitions(3, 4, 900), NOON.plusSeconds(60), 10));
    }
  }

  @Test
  default void cancellingTellsWhetherThereWasOne() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      reminders(fixture).set(reminder("a", "r", 3, NOON), FENCE);

      assertTrue(reminders(fixture).cancel(key("a", "r"), FENCE));
      assertFalse(reminders(fixture).cancel(key("a", "r"), FENCE));
      assertEquals(List.of(), reminders(fixture).of("shop", actor("a")));
    }
  }

  @Test
  default void anActivationThatWasOutlivedChangesNothing() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StoredReminder kept = reminder("a", "r", 3, NOON);
      reminders(fixture).set(kept, FENCE);
      fixture.other().claim(new StateKey("shop", actor("a"), ReminderStore.CLAIM), new Fence(5, 2));

      fenced(() -> reminders(fixture).set(reminder("a", "late", 3, NOON), FENCE));
      fenced(() -> reminders(fixture).set(reminder("a", "r", 4, NOON), FENCE));
      fenced(() -> reminders(fixture).cancel(kept.key(), FENCE));

      assertEquals(List.of(kept), reminders(fixture).of("shop", actor("a")));
      assertTrue(reminders(fixture).cancel(kept.key(), new Fence(5, 2)));
    }
  }

  @Test
  default void movesEachOnFromItsOccurrenceOnly() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StoredReminder first = reminder("a", "r", 3, NOON);
      StoredReminder over = reminder("b", "r", 3, NOON);
      StoredReminder anew = reminder("c", "r", 3, NOON);
      for (StoredReminder each : List.of(first, over, anew)) {
        reminders(fixture).set(each, FENCE);
      }
      StoredReminder replaced =
          new StoredReminder(anew.key(), 3, "9.9.9", 1, NOON.plusSeconds(1), "once; single");
      reminders(fixture).set(replaced, FENCE);
      StoredReminder second = first.at(2, NOON.plusSeconds(60));

      List<Boolean> moved =
          reminders(fixture)
              .advance(
                  List.of(
                      new ReminderStore.Advance(first, Optional.of(second)),
                      new ReminderStore.Advance(over, Optional.empty()),
                      new ReminderStore.Advance(anew, Optional.empty()),
                      new ReminderStore.Advance(first, Optional.empty())));

      assertEquals(List.of(true, true, false, false), moved);
      assertEquals(List.of(second), reminders(fixture).of("shop", actor("a")));
      assertEquals(List.of(), reminders(fixture).of("shop", actor("b")));
      assertEquals(List.of(replaced), reminders(fixture).of("shop", actor("c")));
    }
  }

  @Test
  default void ofManyThatMoveOneOccurrenceOnOneDoes() throws Exception {
    try (StateStoreFixture fixture = fixture()) {
      StoredReminder first = reminder("a", "r", 3, NOON);
      reminders(fixture).set(first, FENCE);
      List<Callable<List<Boolean>>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        ReminderStore store = i % 2 == 0 ? reminders(fixture) : otherReminders(fixture);
        StoredReminder next = first.at(2, NOON.plusSeconds(i));
        calls.add(
            () -> store.advance(List.of(new ReminderStore.Advance(first, Optional.of(next)))));
      }

      int moved = 0;
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<List<Boolean>> each : threads.invokeAll(calls)) {
          moved += each.get().getFirst() ? 1 : 0;
        }
      }

      assertEquals(1, moved);
    }
  }

  private static void fenced(Executable call) {
    assertEquals(ErrorCode.STATE_FENCED, assertThrows(StorageException.class, call).code());
  }

  private static ReminderStore reminders(StateStoreFixture fixture) {
    return fixture.store().reminders().orElseThrow();
  }

  private static ReminderStore otherReminders(StateStoreFixture fixture) {
    return fixture.other().reminders().orElseThrow();
  }

  private static List<StoredReminder> due(
      StateStoreFixture fixture, Instant until, int most, int... partitions) {
    return reminders(fixture).due("shop", partitions(partitions), until, most);
  }

  private static BitSet partitions(int... numbers) {
    BitSet set = new BitSet();
    for (int number : numbers) {
      set.set(number);
    }
    return set;
  }

  private static AddressableReference actor(String name) {
    return new AddressableReference("Cart", Key.of(name));
  }

  private static ReminderKey key(String actor, String name) {
    return new ReminderKey("shop", actor(actor), name);
  }

  private static StoredReminder reminder(String actor, String name, int partition, Instant due) {
    return new StoredReminder(key(actor, name), partition, "5.1.1", 1, due, "once; single");
  }
}
