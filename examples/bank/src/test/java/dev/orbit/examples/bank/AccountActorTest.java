package dev.orbit.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.examples.bank.Operation.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountActorTest {
  private final FakeBank bank = new FakeBank();
  private final Account ada = bank.account("ada");
  private final Account bob = bank.account("bob");

  @Test
  void keepsWhatIsPaidInAndGivesItBack() throws Exception {
    ada.deposit("1", 500);

    long balance = ada.withdraw("2", 200);

    assertThat(balance).isEqualTo(300);
    assertThat(ada.balance()).isEqualTo(300);
    assertThat(ada.statement().latest())
        .containsExactly(
            new Operation("1", Kind.DEPOSIT, 500), new Operation("2", Kind.WITHDRAWAL, 200));
  }

  @Test
  void refusesToPayOutMoreThanItHolds() {
    ada.deposit("1", 500);

    assertThatThrownBy(() -> ada.withdraw("2", 501))
        .isInstanceOf(InsufficientFundsException.class)
        .hasMessageContaining("ada")
        .hasMessageContaining("500");
    assertThatThrownBy(() -> ada.transfer("3", "bob", 501))
        .isInstanceOf(InsufficientFundsException.class);
    assertThat(ada.find("2").applied()).isFalse();
    assertThat(ada.balance()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Account.MAX_CENTS + 1, Long.MIN_VALUE, Long.MAX_VALUE})
  void refusesAnAmountThatIsNone(long cents) {
    assertThatThrownBy(() -> ada.deposit("1", cents)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ada.withdraw("1", cents)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ada.transfer("1", "bob", cents))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesToPayItself() {
    ada.deposit("1", 500);

    assertThatThrownBy(() -> ada.transfer("2", "ada", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ada.balance()).isEqualTo(500);
  }

  @Test
  void anOperationThatArrivesAgainChangesNothingAndIsCounted() throws Exception {
    ada.deposit("1", 500);
    ada.transfer("2", "bob", 100);

    long balance = ada.deposit("1", 500);
    ada.transfer("2", "bob", 100);
    bank.deliverAll();

    assertThat(balance).isEqualTo(400);
    assertThat(ada.statement().duplicates()).isEqualTo(2);
    assertThat(bob.balance()).isEqualTo(100);
  }

  @Test
  void remembersTheLatestOperationsOnly() {
    for (int i = 0; i <= AccountState.REMEMBERED; i++) {
      ada.deposit("op" + i, 1);
    }

    assertThat(ada.statement().latest()).hasSize(AccountState.REMEMBERED);
    assertThat(ada.find("op0").applied()).isFalse();
    assertThat(ada.find("op1").applied()).isTrue();
  }

  @Test
  void aTransferMovesMoneyOnceAndLeavesNothingBehind() throws Exception {
    ada.deposit("1", 500);

    ada.transfer("2", "bob", 200);
    bank.deliverAll();

    assertThat(ada.balance()).isEqualTo(300);
    assertThat(bob.balance()).isEqualTo(200);
    assertThat(ada.statement().settled()).isTrue();
    assertThat(bob.statement().settled()).isTrue();
  }

  @Test
  void aTransferWhoseMessageWasLostIsSentAgainBySettling() throws Exception {
    ada.deposit("1", 500);
    ada.transfer("2", "bob", 200);
    bank.deliver(letter -> false);

    int underWay = ada.settle();
    bank.deliverAll();

    assertThat(underWay).isEqualTo(1);
    assertThat(bob.balance()).isEqualTo(200);
    assertThat(ada.settle()).isZero();
  }

  @Test
  void aTransferWhoseNodeDiedIsSentAgainByTheNextActivation() throws Exception {
    ada.deposit("1", 500);
    ada.transfer("2", "bob", 200);
    bank.crash();

    long left = ada.balance();
    bank.deliverAll();

    assertThat(left).isEqualTo(300);
    assertThat(bob.balance()).isEqualTo(200);
  }

  @Test
  void aTransferThatArrivesTwiceIsAddedOnce() throws Exception {
    ada.deposit("1", 500);
    ada.transfer("2", "bob", 200);
    bank.deliverTwice();
    bank.deliverAll();

    Statement statement = bob.statement();

    assertThat(statement.balance()).isEqualTo(200);
    assertThat(statement.redeliveries()).isEqualTo(1);
    assertThat(statement.duplicates()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"receive", "delivered", "forget"})
  void settlingBothEndsFinishesATransferWhateverMessageWasLost(String lost) throws Exception {
    ada.deposit("1", 500);
    ada.transfer("2", "bob", 200);
    bank.deliver(letter -> !letter.method().getName().equals(lost));

    ada.settle();
    bank.deliverAll();
    bob.settle();
    bank.deliverAll();

    assertThat(ada.statement().settled()).isTrue();
    assertThat(bob.statement().settled()).isTrue();
    assertThat(ada.balance() + bob.balance()).isEqualTo(500);
  }

  @Test
  void refusesATransferWhenTooManyAreUnderWay() throws Exception {
    ada.deposit("money", 500);
    for (int i = 0; i < Account.MAX_OUTGOING; i++) {
      ada.transfer("t" + i, "bob", 1);
    }

    assertThatThrownBy(() -> ada.transfer("one more", "bob", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("settle");
  }
}
