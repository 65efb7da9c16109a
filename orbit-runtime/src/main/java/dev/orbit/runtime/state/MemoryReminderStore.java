package dev.orbit.runtime.state;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredReminder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** The reminders of a {@link MemoryStateStore}. Thread-safe: every method holds the lock. */
final class MemoryReminderStore implements ReminderStore {
  private final Map<ReminderKey, StoredReminder> reminders = new HashMap<>();
  private final BiPredicate<StateKey, Fence> isOutranked;

  /**
   * No reminders.
   *
   * @param isOutranked whether a state was claimed with a greater fence; fails when the store is
   *     closed
   */
  MemoryReminderStore(BiPredicate<StateKey, Fence> isOutranked) {
    this.isOutranked = isOutranked;
  }

  @Override
  public synchronized void set(StoredReminder reminder, Fence fence) {
    checkFence(reminder.key(), fence);
    reminders.put(
        reminder.key(),
        reminder.at(reminder.occurrence(), Instant.ofEpochMilli(reminder.due().toEpochMilli())));
  }

  @Override
  public synchronized boolean cancel(ReminderKey key, Fence fence) {
    checkFence(key, fence);
    return reminders.remove(key) != null;
  }

  private void checkFence(ReminderKey key, Fence fence) {
    if (isOutranked.test(new StateKey(key.cluster(), key.actor(), CLAIM), fence)) {
      throw Refusal.fenced(key, fence);
    }
  }

  @Override
  public synchronized List<StoredReminder> of(String cluster, AddressableReference actor) {
    return reminders.values().stream()
        .filter(each -> each.key().cluster().equals(cluster) && each.key().actor().equals(actor))
        .sorted(Comparator.comparing(each -> each.key().name()))
        .toList();
  }

  @Override
  public synchronized List<StoredReminder> due(
      String cluster, BitSet partitions, Instant until, int most) {
    return reminders.values().stream()
        .filter(each -> each.key().cluster().equals(cluster) && partitions.get(each.partition()))
        .filter(each -> !each.due().isAfter(until))
        .sorted(Comparator.comparing(StoredReminder::due))
        .limit(most)
        .toList();
  }

  @Override
  public synchronized List<Boolean> advance(List<Advance> advances) {
    List<Boolean> moved = new ArrayList<>();
    for (Advance each : advances) {
      StoredReminder present = reminders.get(each.from().key());
      boolean moves = present != null && present.isSameOccurrence(each.from());
      if (moves) {
        each.to()
            .ifPresentOrElse(
                to ->
                    reminders.put(
                        to.key(),
                        to.at(to.occurrence(), Instant.ofEpochMilli(to.due().toEpochMilli()))),
                () -> reminders.remove(each.from().key()));
      }
      moved.add(moves);
    }
    return moved;
  }
}
