package dev.orbit.api.state;

import dev.orbit.api.address.AddressableReference;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The reminders that a {@link StateStore} keeps beside its states. Methods block, are called by
 * many at once, are atomic, and what they return is durable; they fail as those of the state store.
 */
public interface ReminderStore {
  /**
   * The name of the state by whose claim an activation fences the reminders of its actor. No state
   * of an actor has it.
   */
  String CLAIM = "~reminders";

  /**
   * Sets a reminder, in place of one with its key.
   *
   * @throws dev.orbit.api.error.StorageException with {@code STATE_FENCED} if the state {@link
   *     #CLAIM} of its actor was claimed with a fence greater than {@code fence}; checked in one
   *     atomic step with the change
   */
  void set(StoredReminder reminder, Fence fence);

  /**
   * Takes a reminder away.
   *
   * @return whether there was one
   * @throws dev.orbit.api.error.StorageException as {@link #set}
   */
  boolean cancel(ReminderKey key, Fence fence);

  /** The reminders of an actor, by name. */
  List<StoredReminder> of(String cluster, AddressableReference actor);

  /**
   * Reminders that are due, the earliest first.
   *
   * @param partitions those whose reminders are asked for
   * @param until due at this time or before
   * @param most how many at most, at least 1
   */
  List<StoredReminder> due(String cluster, BitSet partitions, Instant until, int most);

  /**
   * Moves reminders on, each by itself: one that is no more at the occurrence of {@link
   * Advance#from}, or was set anew, stays as it is.
   *
   * @return for each whether it was moved
   */
  List<Boolean> advance(List<Advance> advances);

  /**
   * What comes after an occurrence.
   *
   * @param from the occurrence that is over
   * @param to the same reminder at its next occurrence; empty if there is none, and it is removed
   */
  record Advance(StoredReminder from, Optional<StoredReminder> to) {}
}
