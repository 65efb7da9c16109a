package dev.orbit.testkit.calls;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;
import java.util.List;

/** Takes a while over each customer, and has a short queue. */
@ActorType("test.Counter")
interface Counter extends ActorWithStringKey {
  /** Serves a customer. */
  int serve(int customer);

  /** Serves a customer who does not wait. */
  @OneWay
  void post(int customer);

  /** Whom it has served, in order. */
  List<Integer> served();
}
