package dev.orbit.examples.bank;

import java.util.List;

/**
 * What an account tells about itself.
 *
 * @param balance in cents
 * @param latest the latest operations, oldest first, at most {@value AccountState#REMEMBERED}
 * @param outgoing transfers taken from the balance that the other account has not confirmed
 * @param incoming transfers added to the balance that the other account may still send again
 * @param duplicates how many operations arrived under an id that had been applied before
 * @param redeliveries how many transfers arrived again, which settling makes happen
 */
public record Statement(
    long balance,
    List<Operation> latest,
    int outgoing,
    int incoming,
    long duplicates,
    long redeliveries) {
  public Statement {
    latest = List.copyOf(latest);
  }

  /** Whether no money is under way to or from this account. */
  public boolean settled() {
    return outgoing == 0 && incoming == 0;
  }
}
