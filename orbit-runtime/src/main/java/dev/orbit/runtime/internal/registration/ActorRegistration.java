package dev.orbit.runtime.internal.registration;

import dev.orbit.api.ActorContext;
import dev.orbit.api.InterleavedTimers;
import dev.orbit.api.Reentrant;
import dev.orbit.api.Remindable;
import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.filter.TurnFilter;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.runtime.spi.ActorDependencies;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A contract and the class that this node runs it by.
 *
 * <p>Immutable.
 */
public final class ActorRegistration {
  private static final MethodType CALL =
      MethodType.methodType(Object.class, Object.class, Object[].class);

  private final ActorContract contract;
  private final Class<?> actorClass;
  private final ConstructorPlan constructor;
  private final List<Invoker> methods;
  private final TypeOptions options;
  private final boolean interleaves;
  private final int workers;
  private final Optional<Type> carried;
  private final List<TurnFilter> filters;
  private final MethodContract timer;

  private ActorRegistration(
      ActorContract contract,
      Class<?> actorClass,
      ConstructorPlan constructor,
      List<Invoker> methods,
      TypeOptions options,
      List<TurnFilter> filters) {
    this.filters = filters;
    this.contract = contract;
    this.actorClass = actorClass;
    this.constructor = constructor;
    this.methods = methods;
    this.options = options;
    this.workers = Workers.most(actorClass);
    this.carried = CarriedTypes.of(actorClass);
    this.timer =
        RuntimeMethods.timer(
            contract.typeName(), actorClass.isAnnotationPresent(InterleavedTimers.class));
    this.interleaves =
        actorClass.isAnnotationPresent(Reentrant.class)
            || actorClass.isAnnotationPresent(InterleavedTimers.class)
            || contract.methods().stream()
                .map(MethodContract::traits)
                .anyMatch(traits -> traits.readOnly() || traits.interleaves());
  }

  static ActorRegistration read(
      ActorContract contract,
      Class<?> actorClass,
      ActorDependencies dependencies,
      TypeOptions configured) {
    TypeOptions options = configured.over(ClassOptions.of(actorClass));
    ConstructorPlan constructor = ConstructorPlan.read(actorClass, dependencies);
    Workers.check(actorClass, constructor, options);
    return new ActorRegistration(
        contract,
        actorClass,
        constructor,
        contract.methods().stream().map(method -> bind(actorClass, method)).toList(),
        options,
        List.of());
  }

  /** The same with the filters out of these that apply to the type. */
  ActorRegistration filteredBy(List<TurnFilter> all) {
    return new ActorRegistration(
        contract,
        actorClass,
        constructor,
        methods,
        options,
        all.stream().filter(filter -> filter.appliesTo(contract.typeName())).toList());
  }

  private static Invoker bind(Class<?> actorClass, MethodContract method) {
    try {
      MethodHandle direct =
          MethodHandles.privateLookupIn(method.method().getDeclaringClass(), MethodHandles.lookup())
              .unreflect(method.method());
      return new Invoker(direct, method.parameterTypes().size(), CALL);
    } catch (IllegalAccessException e) {
      throw Refused.because(
          actorClass,
          "method %s is not accessible; open the package of its contract to dev.orbit.runtime"
              .formatted(method),
          e);
    }
  }

  /** The contract. */
  public ActorContract contract() {
    return contract;
  }

  /** The class that implements it. */
  public Class<?> actorClass() {
    return actorClass;
  }

  /** How actors of this type find their nodes, as this node sees it. */
  public PlacementRule rule() {
    return isWorker() ? options.rule().by(PlacementRule.STATELESS) : options.rule();
  }

  /** Whether the class is a stateless worker. */
  public boolean isWorker() {
    return workers > 0;
  }

  /** How many activations of one address of a stateless worker there may be here. */
  public int workers() {
    return workers;
  }

  /** After how long without a call an activation ends; empty for the node's own default. */
  public Optional<Duration> idleAfter() {
    return options.idleAfter();
  }

  /** How many calls may wait for one activation; empty for the node's own default. */
  public Optional<Integer> mailboxCapacity() {
    return options.mailboxCapacity();
  }

  /** The turn of a timer of the class. */
  public MethodContract timer() {
    return timer;
  }

  /** Whether the class takes reminders. */
  public boolean isRemindable() {
    return Remindable.class.isAssignableFrom(actorClass);
  }

  /** The type of what actors carry along when they move; empty if they carry nothing. */
  public Optional<Type> carried() {
    return carried;
  }

  /** The method of that name on the wire, of the contract or the runtime's own. */
  public Optional<MethodContract> method(String wireName) {
    return isRemindable() && wireName.equals(RuntimeMethods.ON_REMINDER)
        ? Optional.of(RuntimeMethods.onReminder(contract.typeName()))
        : contract.method(wireName);
  }

  /** Which calls may begin while a turn waits; empty when none may for the class's sake. */
  public Optional<Reentrant.Scope> reentrancy() {
    return Optional.ofNullable(actorClass.getAnnotation(Reentrant.class)).map(Reentrant::value);
  }

  /** Whether more than one turn of an actor may be open at once. */
  public boolean interleaves() {
    return interleaves;
  }

  /** The filters that stand around turns of the type, outermost first. */
  public List<TurnFilter> filters() {
    return filters;
  }

  /** The states that the class asks for. */
  public List<StateSlot> states() {
    return constructor.states();
  }

  /** Makes an instance; throws what its constructor throws. */
  public Object instantiate(ActorContext context, Facets facets) throws Throwable {
    return constructor.instantiate(context, facets);
  }

  /** Calls a method of the contract on an instance; throws what it throws. */
  public @Nullable Object call(Object instance, MethodContract method, @Nullable Object[] arguments)
      throws Throwable {
    if (RuntimeMethods.contains(method)) {
      RuntimeMethods.call(instance, method, arguments);
      return null;
    }
    return (Object) methods.get(method.index()).handle().invokeExact(instance, arguments);
  }
}
