package dev.orbit.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BankLoadTest {
  private static final Duration RUN = Duration.ofSeconds(20);
  private static final Set<String> MONEY = Set.of("deposit", "withdraw", "transfer");
  private static final BankLoadConfig CONFIG =
      new BankLoadConfig(10, 100, 50, 10_000, Duration.ofSeconds(5), Duration.ofSeconds(10));

  private final StepEnvironment environment = new StepEnvironment();
  private final FakeBank bank = new FakeBank().deliveringAtOnce();
  private int calls;

  private BankLoad opened() throws InterruptedException {
    BankLoad load = new BankLoad(environment, bank, CONFIG);
    load.open();
    return load;
  }

  private Verdict run(BankLoad load) throws InterruptedException {
    load.start();
    environment.runFor(RUN);
    return load.finish();
  }

  /** Every n-th call that moves money meets the fault. */
  private void everyNth(int n, FakeBank.Fault fault) {
    bank.fault(
        call -> {
          boolean hit = MONEY.contains(call.method()) && ++calls % n == 0;
          return hit ? fault.call(call) : call.run();
        });
  }

  @Test
  void balancesWhenNothingGoesWrong() throws InterruptedException {
    BankLoad load = opened();

    Verdict verdict = run(load);

    assertThat(verdict.balances()).isTrue();
    assertThat(verdict.accounts()).isEqualTo(10);
    assertThat(verdict.actualTotal()).isNotEqualTo(10 * 10_000);
    assertThat(load.progress().acknowledged() + load.progress().insufficientFunds())
        .isBetween(1_990L, 2_000L);
  }

  @Test
  void learnsThatAnOperationOfUnknownOutcomeWasApplied() throws InterruptedException {
    BankLoad load = opened();
    everyNth(
        7,
        call -> {
          call.run();
          throw new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, "cut after it ran");
        });

    Verdict verdict = run(load);

    assertThat(verdict.balances()).isTrue();
    assertThat(load.progress().unknownApplied()).isPositive();
    assertThat(load.progress().unknownAbsent()).isZero();
  }

  @Test
  void learnsThatAnOperationOfUnknownOutcomeWasNotApplied() throws InterruptedException {
    BankLoad load = opened();
    everyNth(
        100,
        call -> {
          throw new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, "cut before it ran");
        });

    Verdict verdict = run(load);

    assertThat(verdict.balances()).isTrue();
    assertThat(load.progress().unknownAbsent()).isPositive();
  }

  @Test
  void waitsForAnOperationThatRunsLaterThanItsCallerGaveUp() throws InterruptedException {
    BankLoad load = opened();
    FakeBank.Call[] late = new FakeBank.Call[1];
    int[] questions = new int[1];
    bank.fault(
        call -> {
          if (call.method().equals("deposit") && late[0] == null) {
            late[0] = call;
            throw new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, "still on its way");
          }
          if (call.method().equals("find") && ++questions[0] == 3) {
            Object answer = call.run();
            late[0].run();
            return answer;
          }
          return call.run();
        });

    Verdict verdict = run(load);

    assertThat(verdict.balances()).isTrue();
    assertThat(load.progress().unknownApplied()).isEqualTo(1);
  }

  @Test
  void neverRepeatsAnOperationThatSurelyDidNotRun() throws InterruptedException {
    BankLoad load = opened();
    everyNth(
        5,
        call -> {
          throw new NotExecutedException(ErrorCode.OVERLOADED, "full");
        });

    Verdict verdict = run(load);

    assertThat(verdict.balances()).isTrue();
    assertThat(load.progress().notExecuted()).isBetween(398L, 400L);
  }

  @Test
  void takesARefusalThatComesAsARemoteFailureForWhatItIs() throws InterruptedException {
    BankLoad load = opened();
    everyNth(
        10,
        call -> {
          throw new ActorFailedException(
              ErrorCode.ACTOR_FAILED, "refused", null, InsufficientFundsException.class.getName());
        });

    Verdict verdict = run(load);

    assertThat(verdict.balances()).isTrue();
    assertThat(load.progress().insufficientFunds()).isBetween(199L, 200L);
    assertThat(load.progress().failed()).isZero();
  }

  @Test
  void noticesAnAcknowledgedOperationThatWasLost() throws InterruptedException {
    BankLoad load = opened();
    everyNth(500, call -> 1L);

    Verdict verdict = run(load);

    assertThat(verdict.balances()).isFalse();
    assertThat(verdict.differing()).isPositive();
    assertThat(verdict.examples()).isNotEmpty();
  }

  @Test
  void noticesAnOperationThatRanTwice() throws InterruptedException {
    BankLoad load = opened();
    everyNth(
        500,
        call -> {
          call.run();
          return call.run();
        });

    Verdict verdict = run(load);

    assertThat(verdict.duplicates()).isPositive();
    assertThat(verdict.balances()).isFalse();
  }

  @Test
  void noticesAnOperationWhoseFateCannotBeLearnt() throws InterruptedException {
    BankLoad load = opened();
    bank.fault(
        call -> {
          if (call.method().equals("find")) {
            throw new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "nobody there");
          }
          if (MONEY.contains(call.method()) && ++calls == 10) {
            throw new OutcomeUnknownException(ErrorCode.HOST_LOST, "gone");
          }
          return call.run();
        });

    Verdict verdict = run(load);

    assertThat(verdict.unresolved()).isEqualTo(1);
    assertThat(verdict.balances()).isFalse();
  }

  @Test
  void countsCallsThatOutliveTheirDeadline() throws InterruptedException {
    BankLoad load = opened();
    everyNth(
        1_000,
        call -> {
          environment.pass(CONFIG.callTimeout().plusSeconds(2));
          return call.run();
        });

    run(load);

    assertThat(load.progress().overdue()).isPositive();
  }

  @Test
  void reportsHowLongAnAccountWasCalledWithoutSuccess() throws InterruptedException {
    BankLoad load = opened();
    long begin = environment.nanoTime() + Duration.ofSeconds(5).toNanos();
    long end = begin + Duration.ofSeconds(4).toNanos();
    bank.fault(
        call -> {
          if (environment.nanoTime() > begin && environment.nanoTime() < end) {
            throw new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "nobody there");
          }
          return call.run();
        });

    run(load);

    assertThat(load.progress().longestGap())
        .isBetween(Duration.ofMillis(3_990), Duration.ofMillis(4_100));
    assertThat(load.progress().longestAccountGap())
        .isBetween(Duration.ofMillis(3_700), Duration.ofMillis(4_700));
  }

  @Test
  void findsTheMoneyOfAnEarlierRun() throws InterruptedException {
    run(opened());

    Verdict second = run(opened());

    assertThat(second.balances()).isTrue();
  }
}
