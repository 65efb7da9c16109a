package dev.orbit.examples.bank;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;
import dev.orbit.api.ReadOnly;

/**
 * An account of the bank, named by its number. Amounts are in cents and positive, at most {@value
 * #MAX_CENTS}; another amount fails with {@link IllegalArgumentException}.
 *
 * <p>An operation whose id the account has applied before changes nothing, is counted as a
 * duplicate, and is answered with the balance.
 */
@ActorType("bank.Account")
public interface Account extends ActorWithStringKey {
  /** The most that one operation moves. */
  long MAX_CENTS = 1_000_000_000_000L;

  /** The most transfers of one account that may be under way. */
  int MAX_OUTGOING = 64;

  /** Adds money; returns the new balance. */
  long deposit(String opId, long cents);

  /**
   * Takes money away; returns the new balance.
   *
   * @throws ApprovalNeededException if it is so much that somebody has to approve of it
   */
  long withdraw(String opId, long cents) throws InsufficientFundsException, ApprovalNeededException;

  /**
   * Moves money to another account. When it returns, the money has left this account and will reach
   * the other one, whatever happens to the nodes in between; returns the new balance.
   *
   * @throws ApprovalNeededException as {@link #withdraw}
   * @throws IllegalStateException if {@value #MAX_OUTGOING} transfers of this account are under way
   */
  long transfer(String opId, String toAccount, long cents)
      throws InsufficientFundsException, ApprovalNeededException;

  /** The balance in cents. */
  @ReadOnly
  long balance();

  /** Everything that the account tells about itself. */
  @ReadOnly
  Statement statement();

  /** Whether the operation was applied. */
  @ReadOnly
  Finding find(String opId);

  /** Sends again what transfers are waiting for; returns how many are under way, 0 when settled. */
  int settle();

  /** Between accounts: money arrives. */
  @OneWay
  void receive(String opId, String fromAccount, long cents);

  /** Between accounts: the money has arrived and need not be sent again. */
  @OneWay
  void delivered(String opId, String toAccount);

  /** Between accounts: the money will not be sent again. */
  @OneWay
  void forget(String opId);
}
