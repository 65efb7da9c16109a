package dev.orbit.examples.bank;

import dev.orbit.runtime.OrbitNode;

/** What every node of a bank is given. */
public final class Bank {
  /** More than that leaves an account only with an approval. */
  public static final long APPROVAL_ABOVE_CENTS = 1_000_000;

  private Bank() {}

  // region: node
  /** Adds the bank to a node. */
  public static OrbitNode.Builder on(OrbitNode.Builder node) {
    return node.actors(AccountActor.class, CustomerActor.class, StandingOrderActor.class)
        .turnFilter(new ApprovalFilter(APPROVAL_ABOVE_CENTS));
  }
  // endregion
}
