package dev.orbit.examples.bank;

/**
 * One operation of the load.
 *
 * @param id unique for ever
 * @param account the index of the account that is called
 * @param peer the index of the account that receives a transfer; otherwise the same account
 * @param dueNanos when it was to begin, by the environment's monotonic clock
 */
record PlannedOperation(String id, Kind kind, int account, int peer, long cents, long dueNanos) {
  enum Kind {
    DEPOSIT,
    WITHDRAWAL,
    TRANSFER
  }
}
