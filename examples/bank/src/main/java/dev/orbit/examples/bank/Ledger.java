package dev.orbit.examples.bank;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the load generator knows to be true: the opening balances and every acknowledged operation
 * since.
 *
 * <p>Thread-safe.
 */
final class Ledger {
  private final AtomicLongArray expected;
  private final AtomicLong entries = new AtomicLong();

  Ledger(int accounts) {
    this.expected = new AtomicLongArray(accounts);
  }

  void open(int account, long balance) {
    expected.set(account, balance);
  }

  void enter(PlannedOperation operation) {
    entries.incrementAndGet();
    switch (operation.kind()) {
      case DEPOSIT -> expected.addAndGet(operation.account(), operation.cents());
      case WITHDRAWAL -> expected.addAndGet(operation.account(), -operation.cents());
      case TRANSFER -> {
        expected.addAndGet(operation.account(), -operation.cents());
        expected.addAndGet(operation.peer(), operation.cents());
      }
    }
  }

  long entries() {
    return entries.get();
  }

  long expected(int account) {
    return expected.get(account);
  }

  long total() {
    long sum = 0;
    for (int i = 0; i < expected.length(); i++) {
      sum += expected.get(i);
    }
    return sum;
  }
}
