package dev.orbit.examples.bank;

import dev.orbit.api.State;
import java.util.function.UnaryOperator;

/** A state in memory that outlives the actors that use it. */
final class FakeState implements State<AccountState> {
  private AccountState value = AccountState.initial();
  private long version;

  @Override
  public AccountState value() {
    return value;
  }

  @Override
  public boolean exists() {
    return version > 0;
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public AccountState update(UnaryOperator<AccountState> change) {
    write(change.apply(value));
    return value;
  }

  @Override
  public void write(AccountState newValue) {
    value = newValue;
    version++;
  }

  @Override
  public void refresh() {}

  @Override
  public void clear() {
    write(AccountState.initial());
  }
}
