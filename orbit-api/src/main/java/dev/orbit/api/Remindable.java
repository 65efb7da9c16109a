package dev.orbit.api;

/**
 * Implemented by an actor class that sets {@link Reminders}. Its activations claim the actor's
 * reminders with their fence as they claim its states, so that one that was outlived can neither
 * set nor cancel any.
 */
public interface Remindable {
  /**
   * A reminder is due. Runs as a turn of the actor, which is activated for it if need be.
   *
   * <p>It runs at least once for each occurrence that the schedule's {@link MissedFirings} let
   * through: again, with the same {@link Reminder#occurrenceId}, when it threw, when its node was
   * lost in the meantime, or when the store did not take down that it had run. After a failure it
   * is tried again with pauses that grow from 1 s to 1 min, until it returns, the reminder is
   * cancelled or set anew, or its {@link MissedFirings} let the occurrence go.
   */
  void onReminder(Reminder reminder) throws Exception;
}
