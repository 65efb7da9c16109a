package dev.orbit.examples.bank;

/**
 * Something that changed a balance.
 *
 * @param id made by the caller, unique for ever
 * @param kind what it was
 * @param cents the amount, positive
 */
public record Operation(String id, Kind kind, long cents) {
  /** The kinds of operations. */
  public enum Kind {
    DEPOSIT,
    WITHDRAWAL,
    TRANSFER_OUT,
    TRANSFER_IN
  }
}
