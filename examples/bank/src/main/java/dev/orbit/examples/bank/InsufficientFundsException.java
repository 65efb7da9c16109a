package dev.orbit.examples.bank;

/** The account holds less than the operation would take; nothing was changed. */
public final class InsufficientFundsException extends Exception {
  private static final long serialVersionUID = 1L;

  public InsufficientFundsException(String message) {
    super(message);
  }
}
