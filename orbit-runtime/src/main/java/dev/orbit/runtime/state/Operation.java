package dev.orbit.runtime.state;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredReminder;
import dev.orbit.api.state.StoredState;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What a database is asked to do, atomically.
 *
 * @param <R> what it answers
 */
sealed interface Operation<R> {
  /** What it is about, for messages. */
  Object subject();

  /** An operation of the state of one actor. */
  sealed interface OfState<R> extends Operation<R> {
    StateKey key();

    @Override
    default Object subject() {
      return key();
    }
  }

  /** One that changes nothing. */
  sealed interface Reading<R> extends Operation<R> {}

  /** See {@link dev.orbit.api.state.StateStore#claim}. */
  record Claim(StateKey key, Fence fence) implements OfState<StoredState> {}

  /** See {@link dev.orbit.api.state.StateStore#write}. */
  record Write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value)
      implements OfState<Long> {}

  /** See {@link ReminderStore#set}. */
  record SetReminder(StoredReminder reminder, Fence fence) implements Operation<Boolean> {
    @Override
    public Object subject() {
      return reminder.key();
    }
  }

  /** See {@link ReminderStore#cancel}. */
  record CancelReminder(ReminderKey key, Fence fence) implements Operation<Boolean> {
    @Override
    public Object subject() {
      return key;
    }
  }

  /** See {@link ReminderStore#of}. */
  record RemindersOf(String cluster, AddressableReference actor)
      implements Reading<List<StoredReminder>> {
    @Override
    public Object subject() {
      return "the reminders of " + actor;
    }
  }

  /** See {@link ReminderStore#due}. */
  record DueReminders(String cluster, BitSet partitions, Instant until, int most)
      implements Reading<List<StoredReminder>> {
    @Override
    public Object subject() {
      return "the reminders that are due";
    }
  }

  /** See {@link ReminderStore#advance}. */
  record AdvanceReminders(List<ReminderStore.Advance> advances)
      implements Operation<List<Boolean>> {
    @Override
    public Object subject() {
      return advances.size() + " reminders";
    }
  }
}
