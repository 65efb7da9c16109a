package dev.orbit.client.internal.reference;

import dev.orbit.api.Actor;
import dev.orbit.api.ActorCall;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.Gathered;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.Invoker;
import dev.orbit.client.internal.codec.ReferenceResolver;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.Addressed;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Makes references.
 *
 * <p>Thread-safe.
 */
public final class ReferenceFactory implements Actors, ReferenceResolver {
  private final Environment environment;
  private final Calls calls;
  private final Groups groups;
  private final Invoker invoker;

  /** The contracts that were checked; as many as the program has interfaces. */
  private final Map<Class<?>, ActorContract> contracts;

  /**
   * A factory.
   *
   * @param invoker takes the calls
   * @param options how long callers wait
   */
  public ReferenceFactory(Environment environment, Invoker invoker, CallOptions options) {
    this(
        environment,
        new Calls(environment, invoker, options, CallSettings.NONE),
        invoker,
        new ConcurrentHashMap<>());
  }

  private ReferenceFactory(
      Environment environment,
      Calls calls,
      Invoker invoker,
      Map<Class<?>, ActorContract> contracts) {
    this.environment = environment;
    this.calls = calls;
    this.groups = new Groups(environment, invoker, calls);
    this.invoker = invoker;
    this.contracts = contracts;
  }

  @Override
  public <A extends ActorWithStringKey> A get(Class<A> contract, String key) {
    return reference(contract, Key.of(key));
  }

  @Override
  public <A extends ActorWithInt32Key> A get(Class<A> contract, int key) {
    return reference(contract, Key.of(key));
  }

  @Override
  public <A extends ActorWithInt64Key> A get(Class<A> contract, long key) {
    return reference(contract, Key.of(key));
  }

  @Override
  public <A extends ActorWithNoKey> A get(Class<A> contract) {
    return reference(contract, Key.NONE);
  }

  @Override
  public <A extends Actor, R> Gathered<A, R> callAll(
      Class<A> contract,
      Collection<? extends A> references,
      ActorCall<? super A, ? extends R> call) {
    ActorContract checked = checked(contract);
    Map<AddressableReference, A> targets = new LinkedHashMap<>();
    for (A reference : references) {
      AddressableReference address =
          Addressed.addressOf(reference)
              .filter(named -> named.type().equals(checked.typeName()))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "%s is no reference to an actor of type %s"
                              .formatted(reference, checked.typeName())));
      targets.put(address, reference);
    }
    return groups.call(
        contract,
        checked,
        List.copyOf(targets.keySet()),
        call,
        address -> targets.computeIfAbsent(address, a -> reference(contract, a.key())));
  }

  @Override
  public <A extends Actor, R> Gathered<A, R> callActive(
      Class<A> contract, ActorCall<? super A, ? extends R> call) {
    return groups.call(
        contract, checked(contract), null, call, address -> reference(contract, address.key()));
  }

  @Override
  public Actors with(CallSettings settings) {
    return new ReferenceFactory(environment, calls.with(settings), invoker, contracts);
  }

  @Override
  @SuppressWarnings("unchecked") // The method that the caller's function calls gives a T.
  public <A extends Actor, T> CompletableFuture<T> async(A reference, Function<A, T> call) {
    Consumer<A> recorded =
        actor -> {
          // What a recording returns stands for nothing.
          var _ = call.apply(actor);
        };
    return (CompletableFuture<T>) Recording.of(reference, recorded, calls.settings());
  }

  @Override
  @SuppressWarnings("unchecked") // The method gives nothing.
  public <A extends Actor> CompletableFuture<Void> asyncVoid(A reference, Consumer<A> call) {
    return (CompletableFuture<Void>) Recording.of(reference, call, calls.settings());
  }

  @Override
  public Actor resolve(Class<? extends Actor> contract, Key key) {
    return reference(contract, key);
  }

  private ActorContract checked(Class<?> type) {
    ActorContract contract = contracts.get(type);
    if (contract == null) {
      contract = ActorContract.of(type);
      invoker.check(contract);
      calls.check(contract);
      contracts.put(type, contract);
    }
    return contract;
  }

  private <A> A reference(Class<A> type, Key key) {
    ActorContract contract = checked(type);
    if (!contract.accepts(key)) {
      throw new NotExecutedException(
          ErrorCode.WRONG_KEY_KIND,
          "%s is named by %s, not by '%s'"
              .formatted(contract.typeName(), contract.keyKind().description(), key));
    }
    AddressableReference address = new AddressableReference(contract.typeName(), key);
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, new Reference(address, contract, calls)));
  }
}
