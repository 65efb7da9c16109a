package dev.orbit.examples.bank;

/** So much money leaves an account only with somebody's approval; nothing was changed. */
public final class ApprovalNeededException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ApprovalNeededException(String message) {
    super(message);
  }
}
