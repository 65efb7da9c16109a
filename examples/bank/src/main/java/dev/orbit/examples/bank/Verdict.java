package dev.orbit.examples.bank;

import java.util.List;

/**
 * The comparison of the ledger with the accounts.
 *
 * @param accounts how many were compared
 * @param operations how many operations the ledger holds
 * @param expectedTotal the sum of all balances by the ledger, in cents
 * @param actualTotal the sum of the balances that the accounts tell, in cents
 * @param differing how many accounts differ from the ledger
 * @param examples the first few of them in words
 * @param duplicates operations that were sent once and arrived more than once
 * @param redeliveries transfers that were sent again in settling, which changes no balance
 * @param unsettled accounts with transfers still under way
 * @param unresolved operations of which it could not be learnt whether they were applied
 */
public record Verdict(
    int accounts,
    long operations,
    long expectedTotal,
    long actualTotal,
    int differing,
    List<String> examples,
    long duplicates,
    long redeliveries,
    int unsettled,
    long unresolved) {
  public Verdict {
    examples = List.copyOf(examples);
  }

  /** Whether no acknowledged money was lost, none appeared, and nothing ran twice. */
  public boolean balances() {
    return differing == 0
        && expectedTotal == actualTotal
        && duplicates == 0
        && unsettled == 0
        && unresolved == 0;
  }
}
