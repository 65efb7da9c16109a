package dev.orbit.runtime;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs {@link Cart}. */
final class CartActor implements Cart {
  private final State<CartState> state;
  private final ActorContext context;

  CartActor(@Persistent("cart") State<CartState> state, ActorContext context) {
    this.state = state;
    this.context = context;
  }

  @Override
  public int add(Line line) {
    return state.update(cart -> cart.plus(line)).lines().size();
  }

  @Override
  public CartState view() {
    return state.value();
  }

  @Override
  public CompletionStage<Integer> countLater() {
    return CompletableFuture.supplyAsync(() -> state.value().lines().size());
  }

  @Override
  public String where() {
    return context.node().key();
  }

  @Override
  public int addToBoth(String other, Line line) {
    context.actors().get(Cart.class, other).add(line);
    return add(line);
  }

  @Override
  public int callBackThrough(String other) {
    return context.actors().get(Cart.class, other).callsOf(context.address().key().toString());
  }

  @Override
  public int callsOf(String other) {
    return context.actors().get(Cart.class, other).view().lines().size();
  }

  @Override
  public void failWith(String message) {
    throw new IllegalStateException(message);
  }

  @Override
  public void addLater(Line line) {
    add(line);
  }
}
