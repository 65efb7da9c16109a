package dev.orbit.testkit.calls;

final class PurseActor implements Purse {
  private Money content = Money.of(0, "EUR");

  @Override
  public Money add(Money amount) {
    content = content.plus(amount);
    return content;
  }

  @Override
  public Money exchange(Money given, Money taken) {
    content = content.plus(taken).plus(Money.of(-given.inCents(), given.inCurrency()));
    return given;
  }

  @Override
  public Money content() {
    return content;
  }

  @Override
  public void drop(Money amount) {
    content = content.plus(amount);
  }

  @Override
  public String currency(String unused) {
    return content.inCurrency();
  }
}
