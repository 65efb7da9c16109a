package dev.orbit.examples.bank;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opening and closing of the ledger: what is asked of every account before and after the load. Used
 * by one thread; it asks several accounts at once.
 */
final class Books {
  private static final int AT_ONCE = 32;
  private static final int EXAMPLES = 10;
  private static final Duration ASK_AGAIN = Duration.ofMillis(100);

  private final Environment environment;
  private final List<Account> accounts;
  private final Ledger ledger;
  private final BankLoadConfig config;
  private long duplicatesBefore;
  private long redeliveriesBefore;

  Books(Environment environment, List<Account> accounts, Ledger ledger, BankLoadConfig config) {
    this.environment = environment;
    this.accounts = accounts;
    this.ledger = ledger;
    this.config = config;
  }

  void open(String opId) throws InterruptedException {
    settle();
    forEachAccount(
        i -> {
          // Filling up twice is no harm here: the balance is read afterwards.
          long missing = config.openingCents() - patiently(() -> accounts.get(i).balance());
          if (missing > 0) {
            patiently(() -> accounts.get(i).deposit(opId, missing));
          }
        });
    Statement[] statements = statements();
    for (int i = 0; i < statements.length; i++) {
      ledger.open(i, statements[i].balance());
      duplicatesBefore += statements[i].duplicates();
      redeliveriesBefore += statements[i].redeliveries();
    }
  }

  Verdict compare(long unresolved) throws InterruptedException {
    settle();
    Statement[] statements = statements();
    long actualTotal = 0;
    long duplicates = -duplicatesBefore;
    long redeliveries = -redeliveriesBefore;
    int unsettled = 0;
    int differing = 0;
    List<String> examples = new ArrayList<>();
    for (int i = 0; i < statements.length; i++) {
      Statement statement = statements[i];
      actualTotal += statement.balance();
      duplicates += statement.duplicates();
      redeliveries += statement.redeliveries();
      unsettled += statement.settled() ? 0 : 1;
      if (statement.balance() != ledger.expected(i)) {
        differing++;
        if (examples.size() < EXAMPLES) {
          examples.add(
              "%s: ledger %d, balance %d"
                  .formatted(BankLoad.name(i), ledger.expected(i), statement.balance()));
        }
      }
    }
    return new Verdict(
        statements.length,
        ledger.entries(),
        ledger.total(),
        actualTotal,
        differing,
        examples,
        duplicates,
        redeliveries,
        unsettled,
        unresolved);
  }

  /** Asks all accounts to settle until none has anything under way, or patience ends. */
  private void settle() throws InterruptedException {
    long end = environment.nanoTime() + config.settleTimeout().toNanos();
    while (true) {
      LongAdder underWay = new LongAdder();
      forEachAccount(i -> underWay.add(patiently(() -> accounts.get(i).settle())));
      if (underWay.sum() == 0 || environment.nanoTime() > end) {
        return;
      }
      Pause.of(environment, ASK_AGAIN);
    }
  }

  private Statement[] statements() throws InterruptedException {
    Statement[] statements = new Statement[accounts.size()];
    forEachAccount(i -> statements[i] = patiently(() -> accounts.get(i).statement()));
    return statements;
  }

  /** Runs the task for every index, a bounded number at once; throws what one of them threw. */
  private void forEachAccount(IntConsumer task) throws InterruptedException {
    Semaphore permits = new Semaphore(AT_ONCE);
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    for (int i = 0; i < accounts.size() && failure.get() == null; i++) {
      int index = i;
      permits.acquire();
      environment
          .virtualThreads()
          .execute(
              () -> {
                try {
                  task.accept(index);
                } catch (RuntimeException e) {
                  failure.compareAndSet(null, e);
                } finally {
                  permits.release();
                }
              });
    }
    permits.acquire(AT_ONCE);
    RuntimeException thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
  }

  /** Questions may be repeated at will: for as long as settling may take. */
  private <T> T patiently(Supplier<T> question) {
    long end = environment.nanoTime() + config.settleTimeout().toNanos();
    while (true) {
      OrbitException last;
      try {
        return question.get();
      } catch (NotExecutedException | OutcomeUnknownException e) {
        last = e;
      }
      if (environment.nanoTime() > end) {
        throw last;
      }
      try {
        Pause.of(environment, ASK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw last;
      }
    }
  }
}
