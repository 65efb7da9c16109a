package dev.orbit.examples.bank;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Lifecycle;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import dev.orbit.api.error.OrbitException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one account. Confined to the turns of its actor. */
public final class AccountActor implements Account, Lifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(AccountActor.class);

  private final State<AccountState> state;
  private final ActorContext context;

  public AccountActor(@Persistent("account") State<AccountState> state, ActorContext context) {
    this.state = state;
    this.context = context;
  }

  /** A node that died between two messages of a transfer leaves it to the next activation. */
  @Override
  public void onActivate() {
    settle();
  }

  @Override
  public long deposit(String opId, long cents) {
    check(cents);
    if (state.value().applied(opId)) {
      return duplicate();
    }
    return state.update(account -> account.deposited(opId, cents)).balance();
  }

  @Override
  public long withdraw(String opId, long cents) throws InsufficientFundsException {
    check(cents);
    if (state.value().applied(opId)) {
      return duplicate();
    }
    checkFunds(cents);
    return state.update(account -> account.withdrawn(opId, cents)).balance();
  }

  // region: transfer
  @Override
  public long transfer(String opId, String toAccount, long cents)
      throws InsufficientFundsException {
    check(cents);
    if (state.value().applied(opId)) {
      return duplicate();
    }
    checkFunds(cents);
    checkTransfer(toAccount);
    long balance = state.update(a -> a.sent(new Transfer(opId, toAccount, cents))).balance();
    tell(toAccount, peer -> peer.receive(opId, name(), cents));
    return balance;
  }

  @Override
  public void receive(String opId, String fromAccount, long cents) {
    if (state.value().received(opId) || state.value().applied(opId)) {
      state.update(AccountState::withRedelivery);
    } else {
      state.update(account -> account.credited(new Transfer(opId, fromAccount, cents)));
    }
    tell(fromAccount, peer -> peer.delivered(opId, name()));
  }

  @Override
  public void delivered(String opId, String toAccount) {
    if (state.value().outgoing(opId).isPresent()) {
      state.update(account -> account.withoutOutgoing(opId));
    }
    tell(toAccount, peer -> peer.forget(opId));
  }

  @Override
  public void forget(String opId) {
    if (state.value().received(opId)) {
      state.update(account -> account.withoutIncoming(opId));
    }
  }

  @Override
  public int settle() {
    AccountState account = state.value();
    for (Transfer transfer : account.outgoing()) {
      tell(transfer.peer(), peer -> peer.receive(transfer.id(), name(), transfer.cents()));
    }
    for (Transfer transfer : account.incoming()) {
      tell(transfer.peer(), peer -> peer.delivered(transfer.id(), name()));
    }
    return account.outgoing().size() + account.incoming().size();
  }

  // endregion

  @Override
  public long balance() {
    return state.value().balance();
  }

  @Override
  public Statement statement() {
    AccountState account = state.value();
    return new Statement(
        account.balance(),
        account.latest(),
        account.outgoing().size(),
        account.incoming().size(),
        account.duplicates(),
        account.redeliveries());
  }

  @Override
  public Finding find(String opId) {
    return new Finding(opId, state.value().applied(opId));
  }

  private long duplicate() {
    return state.update(AccountState::withDuplicate).balance();
  }

  /** A message that cannot be sent now is as good as lost: settling sends it again. */
  private void tell(String account, Consumer<Account> message) {
    try {
      message.accept(context.actors().get(Account.class, account));
    } catch (OrbitException e) {
      LOG.debug("event=transfer-message-lost account={} peer={}", name(), account, e);
    }
  }

  private String name() {
    return context.address().key().toString();
  }

  private static void check(long cents) {
    if (cents < 1 || cents > MAX_CENTS) {
      throw new IllegalArgumentException(
          "an amount of %d cents; allowed are 1 to %d".formatted(cents, MAX_CENTS));
    }
  }

  private void checkFunds(long cents) throws InsufficientFundsException {
    long balance = state.value().balance();
    if (balance < cents) {
      throw new InsufficientFundsException(
          "account %s holds %d cents, %d are asked for".formatted(name(), balance, cents));
    }
  }

  private void checkTransfer(String toAccount) {
    if (toAccount.equals(name())) {
      throw new IllegalArgumentException("account %s cannot pay itself".formatted(name()));
    }
    if (state.value().outgoing().size() >= MAX_OUTGOING) {
      throw new IllegalStateException(
          "account %s has %d transfers under way; settle them first"
              .formatted(name(), MAX_OUTGOING));
    }
  }
}
