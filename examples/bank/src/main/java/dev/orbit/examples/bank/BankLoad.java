package dev.orbit.examples.bank;

import dev.orbit.api.Actors;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.examples.bank.PlannedOperation.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs operations on the accounts of a bank at a fixed rate, whether or not they are answered, and
 * knows at the end what every balance must be.
 *
 * <p>Every operation is sent once. When the client says that its outcome is unknown, the account is
 * asked for the operation's id until the answer is certain: the account has it, or the deadline of
 * the call has passed, after which it runs no more, and the account does not have it. An account
 * with such an open question gets no new operations meanwhile, so that the question is answered
 * from its memory of the latest ones.
 *
 * <p>Order of use: {@link #open}, {@link #start}, {@link #progress} at will, {@link #finish}.
 * Thread-safe.
 */
public final class BankLoad implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BankLoad.class);

  private static final Duration TICK = Duration.ofMillis(5);
  private static final Duration ASK_AGAIN = Duration.ofMillis(250);

  /** How late a call may end: the caller's thread must wake, on a machine that has other work. */
  private static final Duration DEADLINE_GRACE = Duration.ofSeconds(1);

  private final Environment environment;
  private final BankLoadConfig config;
  private final List<Account> accounts;
  private final Books books;
  private final Ledger ledger;
  private final LoadStatistics statistics = new LoadStatistics();
  private final Semaphore permits;
  private final AtomicIntegerArray questions;
  private final AtomicLong unresolved = new AtomicLong();
  private final String run;

  private volatile Outages outages;
  private volatile boolean stopped;
  private volatile long begun;
  private long startNanos;
  private @Nullable Cancellable pacer;

  public BankLoad(Environment environment, Actors actors, BankLoadConfig config) {
    this.environment = environment;
    this.config = config;
    this.accounts =
        IntStream.range(0, config.accounts())
            .mapToObj(i -> actors.get(Account.class, name(i)))
            .toList();
    this.ledger = new Ledger(config.accounts());
    this.books = new Books(environment, accounts, ledger, config);
    this.permits = new Semaphore(config.concurrency());
    this.questions = new AtomicIntegerArray(config.accounts());
    this.run = Long.toUnsignedString(environment.random().nextLong(), 36);
    this.outages = new Outages(config.accounts(), environment.nanoTime());
  }

  static String name(int account) {
    return "account-%05d".formatted(account);
  }

  /**
   * Settles what an earlier run left under way, fills up every account, and takes the balances into
   * the ledger.
   *
   * @throws dev.orbit.api.error.OrbitException if the accounts do not answer
   */
  public void open() throws InterruptedException {
    books.open("open-" + run);
  }

  /** Begins with the operations. */
  public synchronized void start() {
    startNanos = environment.nanoTime();
    outages = new Outages(config.accounts(), startNanos);
    pacer = environment.scheduleRepeatedly(TICK, this::beginWhatIsDue);
  }

  private void beginWhatIsDue() {
    double elapsed = environment.nanoTime() - startNanos;
    long due = (long) (elapsed * config.ratePerSecond() / TimeUnit.SECONDS.toNanos(1));
    long next = begun;
    while (!stopped && next < due && permits.tryAcquire()) {
      PlannedOperation operation = plan(next);
      next++;
      environment.virtualThreads().execute(() -> run(operation));
    }
    begun = next;
  }

  private PlannedOperation plan(long number) {
    long due = startNanos + number * TimeUnit.SECONDS.toNanos(1) / config.ratePerSecond();
    int dice = environment.random().nextInt(10);
    Kind kind = dice < 5 ? Kind.DEPOSIT : dice < 8 ? Kind.WITHDRAWAL : Kind.TRANSFER;
    int account = draw(-1);
    int peer = kind == Kind.TRANSFER ? draw(account) : account;
    long cents = 1L + environment.random().nextInt(500);
    return new PlannedOperation(run + "-" + number, kind, account, peer, cents, due);
  }

  /** An account other than {@code not}, without an open question where a few draws find one. */
  private int draw(int not) {
    int account = not;
    for (int tries = 0; tries < 20; tries++) {
      account = environment.random().nextInt(config.accounts());
      if (account != not && questions.get(account) == 0) {
        return account;
      }
    }
    return account != not ? account : (not + 1) % config.accounts();
  }

  private void run(PlannedOperation operation) {
    int index = operation.account();
    outages.due(index, operation.dueNanos());
    long begin = environment.nanoTime();
    try {
      call(operation);
      acknowledge(operation);
    } catch (InsufficientFundsException e) {
      refused(operation);
    } catch (ActorFailedException e) {
      if (e.remoteType().filter(InsufficientFundsException.class.getName()::equals).isPresent()) {
        refused(operation);
      } else {
        failed(operation, e);
      }
    } catch (NotExecutedException e) {
      statistics.notExecuted.increment();
      LOG.debug("event=not-executed operation={}", operation, e);
    } catch (OutcomeUnknownException e) {
      checkDeadline(operation, begin);
      resolve(operation, begin);
    } catch (RuntimeException e) {
      failed(operation, e);
    } finally {
      permits.release();
    }
  }

  private void call(PlannedOperation operation) throws InsufficientFundsException {
    Account account = accounts.get(operation.account());
    long begin = environment.nanoTime();
    try {
      switch (operation.kind()) {
        case DEPOSIT -> account.deposit(operation.id(), operation.cents());
        case WITHDRAWAL -> account.withdraw(operation.id(), operation.cents());
        case TRANSFER ->
            account.transfer(operation.id(), name(operation.peer()), operation.cents());
      }
    } catch (OutcomeUnknownException e) {
      throw e;
    } catch (RuntimeException e) {
      checkDeadline(operation, begin);
      throw e;
    }
    checkDeadline(operation, begin);
  }

  private void checkDeadline(PlannedOperation operation, long begin) {
    long took = environment.nanoTime() - begin;
    if (took > config.callTimeout().plus(DEADLINE_GRACE).toNanos()) {
      statistics.overdue.increment();
      LOG.warn(
          "event=call-overdue operation={} took={}ms",
          operation,
          TimeUnit.NANOSECONDS.toMillis(took));
    }
  }

  private void acknowledge(PlannedOperation operation) {
    ledger.enter(operation);
    long now = environment.nanoTime();
    statistics.acknowledged.increment();
    statistics.latency(now - operation.dueNanos());
    outages.answered(operation.account(), now);
  }

  private void refused(PlannedOperation operation) {
    statistics.insufficientFunds.increment();
    outages.answered(operation.account(), environment.nanoTime());
  }

  private void failed(PlannedOperation operation, RuntimeException e) {
    statistics.failed.increment();
    unresolved.incrementAndGet();
    LOG.warn("event=call-failed operation={}", operation, e);
  }

  private void resolve(PlannedOperation operation, long begin) {
    statistics.unknown.increment();
    questions.incrementAndGet(operation.account());
    long surelyOver = begin + config.callTimeout().plus(DEADLINE_GRACE).toNanos();
    long giveUp = surelyOver + config.settleTimeout().toNanos();
    try {
      while (environment.nanoTime() < giveUp) {
        boolean certain = environment.nanoTime() > surelyOver;
        @Nullable Finding finding = ask(operation);
        if (finding != null && finding.applied()) {
          statistics.unknownApplied.increment();
          acknowledge(operation);
          return;
        }
        if (finding != null) {
          outages.answered(operation.account(), environment.nanoTime());
          if (certain) {
            statistics.unknownAbsent.increment();
            return;
          }
        }
        Pause.of(environment, ASK_AGAIN);
      }
      unresolved.incrementAndGet();
    } catch (InterruptedException e) {
      unresolved.incrementAndGet();
      Thread.currentThread().interrupt();
    } finally {
      questions.decrementAndGet(operation.account());
    }
  }

  private @Nullable Finding ask(PlannedOperation operation) {
    try {
      return accounts.get(operation.account()).find(operation.id());
    } catch (RuntimeException e) {
      LOG.debug("event=question-unanswered operation={}", operation, e);
      return null;
    }
  }

  /** How it goes. */
  public LoadProgress progress() {
    long now = environment.nanoTime();
    Outages current = outages;
    long due = (long) ((double) (now - startNanos) * config.ratePerSecond() / 1e9);
    return new LoadProgress(
        statistics.acknowledged.sum(),
        statistics.insufficientFunds.sum(),
        statistics.notExecuted.sum(),
        statistics.unknown.sum(),
        statistics.unknownApplied.sum(),
        statistics.unknownAbsent.sum(),
        statistics.failed.sum(),
        statistics.overdue.sum(),
        stopped ? 0 : Math.max(0, due - begun - 1),
        config.concurrency() - permits.availablePermits(),
        current.waitingLongerThan(TimeUnit.SECONDS.toNanos(1), now),
        statistics.percentile(50),
        statistics.percentile(99),
        statistics.percentile(100),
        Duration.ofNanos(current.longestOfAll()),
        Duration.ofNanos(current.longestOfAnAccount(now)));
  }

  /** Begins nothing new; what is under way goes on. Idempotent. */
  @Override
  public synchronized void close() {
    stopped = true;
    if (pacer != null) {
      pacer.cancel();
      pacer = null;
    }
  }

  /**
   * Stops, waits until every operation under way has ended and every transfer has arrived, and
   * compares. Takes at most twice the deadline of a call and twice the settle timeout.
   */
  public Verdict finish() throws InterruptedException {
    close();
    Duration bound = config.callTimeout().multipliedBy(2).plus(config.settleTimeout());
    if (!permits.tryAcquire(config.concurrency(), bound.toMillis(), TimeUnit.MILLISECONDS)) {
      unresolved.addAndGet(config.concurrency() - permits.availablePermits());
    } else {
      permits.release(config.concurrency());
    }
    return books.compare(unresolved.get());
  }
}
