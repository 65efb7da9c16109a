package dev.orbit.api;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Hands out references to actors. Making a reference is cheap, involves no other node and never
 * fails because the actor "does not exist": every actor always exists and is activated by its first
 * call. References may be kept, shared between threads and sent to other actors.
 *
 * <p>Thread-safe.
 */
public interface Actors {
  /**
   * A reference to the actor named {@code key}.
   *
   * @throws dev.orbit.api.error.ConfigurationException if the contract cannot work; the message
   *     says which method and why
   * @throws IllegalArgumentException if the key is longer than 1,024 characters
   */
  <A extends ActorWithStringKey> A get(Class<A> contract, String key);

  /** As {@link #get(Class, String)}, for contracts with a 32-bit key. */
  <A extends ActorWithInt32Key> A get(Class<A> contract, int key);

  /** As {@link #get(Class, String)}, for contracts with a 64-bit key. */
  <A extends ActorWithInt64Key> A get(Class<A> contract, long key);

  /** As {@link #get(Class, String)}, for contracts of which there is one actor. */
  <A extends ActorWithNoKey> A get(Class<A> contract);

  /**
   * Calls one method of many actors with the same arguments and waits for all of them. One message
   * goes to each node that hosts some of them, however many these are.
   *
   * <pre>{@code
   * Gathered<Account, Long> balances = actors.callAll(Account.class, accounts, a -> a.balance());
   * }</pre>
   *
   * @param references references of this or of another {@code Actors}; one that is named twice is
   *     called once; at most 65,536
   * @param call calls the method on the reference that it is given; it is run once, on this thread
   * @return how it went with each actor, in the order of {@code references}
   * @throws IllegalArgumentException if there are too many, one is no reference of the contract, or
   *     {@code call} does not call exactly one method of it
   * @throws dev.orbit.api.error.OrbitException if nobody was called, or it is not known of any
   *     whether it was
   */
  <A extends Actor, R> Gathered<A, R> callAll(
      Class<A> contract,
      Collection<? extends A> references,
      ActorCall<? super A, ? extends R> call);

  /**
   * As {@link #callAll}, to all actors of a type that are in memory anywhere in the cluster, at
   * most 65,536 a node. Those that are activated, or leave memory, while the call is under way may
   * or may not be called; an actor that just moves may be called twice. A node that does not answer
   * is named in {@link Gathered#gaps}.
   */
  <A extends Actor, R> Gathered<A, R> callActive(
      Class<A> contract, ActorCall<? super A, ? extends R> call);

  /** The same actors, by references whose calls are made with these settings. */
  Actors with(CallSettings settings);

  /**
   * Begins a call of a blocking method without waiting for it, as in {@code actors.async(stock, s
   * -> s.take(2))}. Several calls begun in this way run at the same time; {@code join} on what it
   * returns waits for one.
   *
   * @param reference got from here
   * @param call calls one method of the reference that it is given, once, and does nothing else:
   *     the result that it sees is null or zero, the real one goes to the future
   * @return completes, on a virtual thread, with what the method returned, or fails with what it
   *     would have thrown; cancelling it calls the call off
   * @throws IllegalArgumentException if {@code reference} is none, or {@code call} makes no call,
   *     several, or one of a method that returns a stage
   */
  <A extends Actor, T> CompletableFuture<T> async(A reference, Function<A, T> call);

  /** As {@link #async}, for methods that return nothing. */
  <A extends Actor> CompletableFuture<Void> asyncVoid(A reference, Consumer<A> call);
}
