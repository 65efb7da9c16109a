package dev.orbit.testkit.calls;

import java.util.Objects;

/** An amount of a currency. It shows nothing of itself that JSON could write. */
final class Money {
  private final long cents;
  private final String currency;

  private Money(long cents, String currency) {
    this.cents = cents;
    this.currency = currency;
  }

  static Money of(long cents, String currency) {
    if (currency.length() != 3) {
      throw new IllegalArgumentException("'%s' is not a currency".formatted(currency));
    }
    return new Money(cents, currency);
  }

  long inCents() {
    return cents;
  }

  String inCurrency() {
    return currency;
  }

  Money plus(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException("%s and %s do not add up".formatted(this, other));
    }
    return new Money(cents + other.cents, currency);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Money money && cents == money.cents && currency.equals(money.currency);
  }

  @Override
  public int hashCode() {
    return Objects.hash(cents, currency);
  }

  @Override
  public String toString() {
    return cents + " " + currency;
  }
}
