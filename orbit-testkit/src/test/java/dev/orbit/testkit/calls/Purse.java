package dev.orbit.testkit.calls;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;

/** Speaks of amounts, and at times of other things. */
@ActorType("test.Purse")
interface Purse extends ActorWithStringKey {
  Money add(Money amount);

  Money exchange(Money given, Money taken);

  /** The arguments are JSON, the result is not. */
  Money content();

  @OneWay
  void drop(Money amount);

  /** What a codec writes is this and nothing within it: a text is JSON. */
  String currency(String unused);
}
