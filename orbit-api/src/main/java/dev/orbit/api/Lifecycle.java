package dev.orbit.api;

/**
 * Implemented by an actor class that wants to know when an activation begins and ends. Both methods
 * run as turns: alone, on a virtual thread, and may block.
 */
public interface Lifecycle {
  /**
   * Runs after the state is loaded and before the first turn. If it throws, the calls that waited
   * fail with {@link dev.orbit.api.error.ErrorCode#ACTIVATION_FAILED} and nothing of the activation
   * remains.
   */
  default void onActivate() throws Exception {}

  /**
   * Runs after the last turn. It is skipped when the node lost its lease or died: whatever must
   * survive belongs into {@link State} at the time it happens. What it throws is logged.
   */
  default void onDeactivate(DeactivationReason reason) throws Exception {}
}
