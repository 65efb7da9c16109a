package dev.orbit.examples.bank;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.ReadOnly;
import java.util.List;

/** Has a customer pay again and again. */
@ActorType("bank.StandingOrder")
public interface StandingOrder extends ActorWithStringKey {
  /** Pays from now on, for the first time after one period; in place of an earlier order. */
  void begin(Order order);

  /** Pays no more. */
  void end();

  /** What became of the latest times, oldest first. */
  @ReadOnly
  List<Execution> executions();
}
