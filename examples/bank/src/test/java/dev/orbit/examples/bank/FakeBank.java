package dev.orbit.examples.bank;

import dev.orbit.api.Actor;
import dev.orbit.api.ActorCall;
import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.Gathered;
import dev.orbit.api.OneWay;
import dev.orbit.api.Reminders;
import dev.orbit.api.Timers;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Accounts without a cluster: one lock for all of them, messages in a queue that a test delivers,
 * loses or repeats, and a fault that a test can plant in every call from outside.
 */
final class FakeBank implements Actors {
  /** What a call from outside meets. */
  interface Fault {
    Object call(Call call) throws Exception;
  }

  /** A call from outside, yet to be run. */
  interface Call {
    Object run() throws Exception;

    String method();
  }

  /** A message between accounts. */
  record Letter(String to, Method method, Object[] arguments) {}

  private final Map<String, FakeState> states = new HashMap<>();
  private final Map<String, AccountActor> actors = new HashMap<>();
  private final Deque<Letter> letters = new ArrayDeque<>();
  private Fault fault = Call::run;
  private boolean deliverAtOnce;

  Account account(String name) {
    return get(Account.class, name);
  }

  synchronized AccountState state(String name) {
    return states.computeIfAbsent(name, n -> new FakeState()).value();
  }

  synchronized FakeBank fault(Fault newFault) {
    fault = newFault;
    return this;
  }

  synchronized FakeBank deliveringAtOnce() {
    deliverAtOnce = true;
    return this;
  }

  /** Forgets all activations, as the death of their nodes does. */
  synchronized void crash() {
    actors.clear();
    letters.clear();
  }

  synchronized void deliverAll() {
    deliver(letter -> true);
  }

  /** Delivers messages, new ones too, until none is left; those that do not match are lost. */
  synchronized void deliver(Predicate<Letter> kept) {
    while (!letters.isEmpty()) {
      Letter letter = letters.remove();
      if (kept.test(letter)) {
        invoke(letter);
      }
    }
  }

  /** Delivers the next message and leaves it in the queue. */
  synchronized void deliverTwice() {
    invoke(letters.element());
  }

  private void invoke(Letter letter) {
    try {
      letter.method().invoke(actor(letter.to()), letter.arguments());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(letter.toString(), e);
    }
  }

  @Override
  public <A extends Actor, R> Gathered<A, R> callAll(
      Class<A> contract,
      Collection<? extends A> references,
      ActorCall<? super A, ? extends R> call) {
    throw new UnsupportedOperationException("accounts are called one by one");
  }

  @Override
  public <A extends Actor, R> Gathered<A, R> callActive(
      Class<A> contract, ActorCall<? super A, ? extends R> call) {
    throw new UnsupportedOperationException("accounts are called one by one");
  }

  private AccountActor actor(String name) {
    AccountActor present = actors.get(name);
    if (present != null) {
      return present;
    }
    FakeState state = states.computeIfAbsent(name, n -> new FakeState());
    AccountActor actor = new AccountActor(state, new Context(name));
    actors.put(name, actor);
    actor.onActivate();
    return actor;
  }

  @Override
  public <A extends ActorWithStringKey> A get(Class<A> contract, String key) {
    return reference(contract, (method, arguments) -> callFromOutside(key, method, arguments));
  }

  private synchronized Object callFromOutside(String name, Method method, Object[] arguments)
      throws Exception {
    Call call =
        new Call() {
          @Override
          public Object run() throws Exception {
            try {
              Object result = method.invoke(actor(name), arguments);
              if (deliverAtOnce) {
                deliverAll();
              }
              return result;
            } catch (InvocationTargetException e) {
              throw (Exception) e.getCause();
            }
          }

          @Override
          public String method() {
            return method.getName();
          }
        };
    return fault.call(call);
  }

  private interface Handler {
    Object handle(Method method, Object[] arguments) throws Exception;
  }

  private static <A> A reference(Class<A> contract, Handler handler) {
    return contract.cast(
        Proxy.newProxyInstance(
            contract.getClassLoader(),
            new Class<?>[] {contract},
            (proxy, method, arguments) ->
                handler.handle(method, arguments == null ? new Object[0] : arguments)));
  }

  @Override
  public <A extends ActorWithInt32Key> A get(Class<A> contract, int key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <A extends ActorWithInt64Key> A get(Class<A> contract, long key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <A extends ActorWithNoKey> A get(Class<A> contract) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Actors with(CallSettings settings) {
    return this;
  }

  @Override
  public <A extends Actor, T> CompletableFuture<T> async(A reference, Function<A, T> call) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <A extends Actor> CompletableFuture<Void> asyncVoid(A reference, Consumer<A> call) {
    throw new UnsupportedOperationException();
  }

  /** What an account sees: its calls of others become messages. */
  private final class Context implements ActorContext, Actors {
    private final String name;

    Context(String name) {
      this.name = name;
    }

    @Override
    public <A extends Actor, R> Gathered<A, R> callAll(
        Class<A> contract,
        Collection<? extends A> references,
        ActorCall<? super A, ? extends R> call) {
      return FakeBank.this.callAll(contract, references, call);
    }

    @Override
    public <A extends Actor, R> Gathered<A, R> callActive(
        Class<A> contract, ActorCall<? super A, ? extends R> call) {
      return FakeBank.this.callActive(contract, call);
    }

    @Override
    public AddressableReference address() {
      return new AddressableReference("bank.Account", Key.of(name));
    }

    @Override
    public NodeId node() {
      return new NodeId("n1", "test");
    }

    @Override
    public Actors actors() {
      return this;
    }

    @Override
    public Timers timers() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Reminders reminders() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> baggage() {
      return Map.of();
    }

    @Override
    public Optional<Duration> remaining() {
      return Optional.empty();
    }

    @Override
    public <T> T offload(Callable<T> work) throws Exception {
      return work.call();
    }

    @Override
    public void keepAlive(Duration duration) {}

    @Override
    public Optional<String> principal() {
      return Optional.empty();
    }

    @Override
    public void deactivateWhenIdle() {
      actors.remove(name);
    }

    @Override
    public <A extends ActorWithStringKey> A get(Class<A> contract, String key) {
      return reference(
          contract,
          (method, arguments) -> {
            if (!method.isAnnotationPresent(OneWay.class)) {
              throw new AssertionError("an account waits for another: " + method);
            }
            letters.add(new Letter(key, method, arguments));
            return null;
          });
    }

    @Override
    public <A extends ActorWithInt32Key> A get(Class<A> contract, int key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <A extends ActorWithInt64Key> A get(Class<A> contract, long key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <A extends ActorWithNoKey> A get(Class<A> contract) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Actors with(CallSettings settings) {
      return this;
    }

    @Override
    public <A extends Actor, T> CompletableFuture<T> async(A reference, Function<A, T> call) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <A extends Actor> CompletableFuture<Void> asyncVoid(A reference, Consumer<A> call) {
      throw new UnsupportedOperationException();
    }
  }
}
