package dev.orbit.examples.bank;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.Gathered;
import dev.orbit.api.Journal;
import dev.orbit.api.Journaled;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import dev.orbit.examples.bank.Payments.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Pays from several accounts. Confined to the turns of its actor. */
public final class CustomerActor implements Customer {
  /** One account that does not answer must not use up the time for all. */
  private static final Duration PER_ACCOUNT = Duration.ofSeconds(5);

  private final State<Accounts> accounts;
  private final Journal<Payments, Event> payments;
  private final Actors patient;

  /** The accounts of a customer. */
  record Accounts(List<String> all) {
    Accounts {
      all = List.copyOf(all);
    }

    public static Accounts initial() {
      return new Accounts(List.of());
    }

    Accounts with(String account) {
      List<String> more = new ArrayList<>(all);
      more.add(account);
      return new Accounts(more);
    }
  }

  // region: facets
  public CustomerActor(
      @Persistent("accounts") State<Accounts> accounts,
      @Journaled(value = "payments", snapshotEvery = 50) Journal<Payments, Event> payments,
      ActorContext context) {
    this.accounts = accounts;
    this.payments = payments;
    this.patient = context.actors().with(CallSettings.timeout(PER_ACCOUNT));
  }

  // endregion

  @Override
  public void take(String account) {
    List<String> all = accounts.value().all();
    if (all.contains(account)) {
      return;
    }
    if (all.size() >= MAX_ACCOUNTS) {
      throw new IllegalStateException(
          "a customer has %d accounts; allowed are %d".formatted(all.size(), MAX_ACCOUNTS));
    }
    accounts.update(present -> present.with(account));
  }

  @Override
  public List<String> accounts() {
    return accounts.value().all();
  }

  // region: wealth
  @Override
  public Wealth wealth() {
    Map<Account, String> names = new LinkedHashMap<>();
    accounts.value().all().forEach(name -> names.put(account(name), name));
    if (names.isEmpty()) {
      return new Wealth(0, List.of());
    }
    // One message to each node that hosts some of them.
    Gathered<Account, Long> asked =
        patient.callAll(Account.class, names.keySet(), Account::balance);
    long cents = asked.values().stream().mapToLong(Objects::requireNonNull).sum();
    return new Wealth(cents, asked.failures().keySet().stream().map(names::get).toList());
  }

  // endregion

  // region: pay
  @Override
  public Payment pay(String opId, String toAccount, long cents)
      throws InsufficientFundsException, ApprovalNeededException {
    Optional<Payment> paid = payments.value().paid(opId);
    if (paid.isPresent()) {
      return paid.get();
    }
    checkRoom(opId);
    List<String> all = accounts.value().all();
    // The account that was chosen before, then those after it.
    for (int choice = payments.value().chosen(opId); choice < all.size(); choice++) {
      // Durable before the account is asked: should nobody learn what it answered, the same
      // operation goes to the same account again, which knows it by its id.
      payments.append(new Event.Chose(opId, choice));
      try {
        account(all.get(choice)).transfer(opId, toAccount, cents);
      } catch (InsufficientFundsException e) {
        continue;
      } catch (ApprovalNeededException e) {
        payments.append(new Event.Refused(opId));
        throw e;
      }
      Payment payment = new Payment(opId, all.get(choice), toAccount, cents);
      payments.append(new Event.Paid(payment));
      return payment;
    }
    payments.append(new Event.Refused(opId));
    throw new InsufficientFundsException(
        "none of %d accounts holds %d cents".formatted(all.size(), cents));
  }

  // endregion

  private Account account(String name) {
    return patient.get(Account.class, name);
  }

  private void checkRoom(String opId) {
    Payments present = payments.value();
    if (present.open().size() >= MAX_OPEN && !present.open().containsKey(opId)) {
      throw new IllegalStateException(
          "of %d payments it is not known whether they were made; repeat those first"
              .formatted(MAX_OPEN));
    }
  }

  @Override
  public List<Payment> payments() {
    return payments.value().latest();
  }
}
