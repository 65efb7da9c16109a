package dev.orbit.examples.bank;

import dev.orbit.examples.bank.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an account keeps. Immutable; every method returns what follows.
 *
 * @param balance in cents, never negative
 * @param latest the latest operations, oldest first, at most {@value #REMEMBERED}
 * @param outgoing transfers that left the balance and are not confirmed by the other account
 * @param incoming transfers that were added to the balance and may be sent again
 * @param duplicates operations that arrived under an id applied before
 * @param redeliveries transfers that arrived again
 */
public record AccountState(
    long balance,
    List<Operation> latest,
    List<Transfer> outgoing,
    List<Transfer> incoming,
    long duplicates,
    long redeliveries) {
  /** How many operations an account remembers: a caller learns the fate of its call by its id. */
  public static final int REMEMBERED = 64;

  public AccountState {
    latest = List.copyOf(latest);
    outgoing = List.copyOf(outgoing);
    incoming = List.copyOf(incoming);
  }

  /** An account that nobody used yet. */
  public static AccountState initial() {
    return new AccountState(0, List.of(), List.of(), List.of(), 0, 0);
  }

  boolean applied(String id) {
    return latest.stream().anyMatch(operation -> operation.id().equals(id));
  }

  Optional<Transfer> outgoing(String id) {
    return outgoing.stream().filter(transfer -> transfer.id().equals(id)).findFirst();
  }

  boolean received(String id) {
    return incoming.stream().anyMatch(transfer -> transfer.id().equals(id));
  }

  AccountState deposited(String id, long cents) {
    return after(balance + cents, new Operation(id, Kind.DEPOSIT, cents), outgoing, incoming);
  }

  AccountState withdrawn(String id, long cents) {
    return after(balance - cents, new Operation(id, Kind.WITHDRAWAL, cents), outgoing, incoming);
  }

  AccountState sent(Transfer transfer) {
    Operation operation = new Operation(transfer.id(), Kind.TRANSFER_OUT, transfer.cents());
    return after(balance - transfer.cents(), operation, with(outgoing, transfer), incoming);
  }

  AccountState credited(Transfer transfer) {
    Operation operation = new Operation(transfer.id(), Kind.TRANSFER_IN, transfer.cents());
    return after(balance + transfer.cents(), operation, outgoing, with(incoming, transfer));
  }

  AccountState withoutOutgoing(String id) {
    return new AccountState(
        balance, latest, without(outgoing, id), incoming, duplicates, redeliveries);
  }

  AccountState withoutIncoming(String id) {
    return new AccountState(
        balance, latest, outgoing, without(incoming, id), duplicates, redeliveries);
  }

  AccountState withDuplicate() {
    return new AccountState(balance, latest, outgoing, incoming, duplicates + 1, redeliveries);
  }

  AccountState withRedelivery() {
    return new AccountState(balance, latest, outgoing, incoming, duplicates, redeliveries + 1);
  }

  private AccountState after(
      long newBalance,
      Operation operation,
      List<Transfer> nowOutgoing,
      List<Transfer> nowIncoming) {
    List<Operation> operations = new ArrayList<>(latest);
    operations.add(operation);
    List<Operation> kept =
        operations.subList(Math.max(0, operations.size() - REMEMBERED), operations.size());
    return new AccountState(newBalance, kept, nowOutgoing, nowIncoming, duplicates, redeliveries);
  }

  private static List<Transfer> with(List<Transfer> transfers, Transfer transfer) {
    List<Transfer> longer = new ArrayList<>(transfers);
    longer.add(transfer);
    return longer;
  }

  private static List<Transfer> without(List<Transfer> transfers, String id) {
    return transfers.stream().filter(transfer -> !transfer.id().equals(id)).toList();
  }
}
