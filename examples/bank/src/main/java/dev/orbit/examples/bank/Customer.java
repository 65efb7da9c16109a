package dev.orbit.examples.bank;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.ReadOnly;
import java.util.List;

/** Somebody with accounts. */
@ActorType("bank.Customer")
public interface Customer extends ActorWithStringKey {
  /** The most accounts of one customer. */
  int MAX_ACCOUNTS = 20;

  /** The most payments whose outcome a customer has not learnt. */
  int MAX_OPEN = 64;

  /**
   * Adds an account, as the last to be paid from.
   *
   * @throws IllegalStateException if there are {@value #MAX_ACCOUNTS} others
   */
  void take(String account);

  /** The accounts, in the order in which they are paid from. */
  @ReadOnly
  List<String> accounts();

  /** What all accounts hold together. */
  @ReadOnly
  Wealth wealth();

  /**
   * Pays from the first account that holds enough. The same operation again changes nothing and is
   * answered alike, also after a failure that left open whether it was paid; of what was paid that
   * holds for the latest {@value Payments#REMEMBERED}.
   *
   * @throws IllegalStateException if of {@value #MAX_OPEN} others it is not known whether they were
   *     paid
   * @throws InsufficientFundsException if no account holds enough
   * @throws ApprovalNeededException if it is so much that somebody has to approve of it
   */
  Payment pay(String opId, String toAccount, long cents)
      throws InsufficientFundsException, ApprovalNeededException;

  /** The latest payments, oldest first. */
  @ReadOnly
  List<Payment> payments();
}
