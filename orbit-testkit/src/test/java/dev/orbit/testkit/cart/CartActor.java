package dev.orbit.testkit.cart;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import java.util.List;

/** The cart itself. */
public final class CartActor implements Cart {
  private final State<CartState> state;
  private final ActorContext context;

  public CartActor(@Persistent("cart") State<CartState> state, ActorContext context) {
    this.state = state;
    this.context = context;
  }

  @Override
  public int add(Line line) {
    return state.update(cart -> cart.plus(line)).lines().size();
  }

  @Override
  public List<Line> lines() {
    return state.value().lines();
  }

  @Override
  public String whereAmI() {
    return context.node().key();
  }
}
