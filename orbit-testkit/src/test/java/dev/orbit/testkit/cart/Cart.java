package dev.orbit.testkit.cart;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import java.util.List;

/** The example of the design: a cart that remembers its lines. */
@ActorType("shop.Cart")
public interface Cart extends ActorWithStringKey {
  int add(Line line);

  List<Line> lines();

  /** The node that the cart runs on, as it knows itself. */
  String whereAmI();
}
