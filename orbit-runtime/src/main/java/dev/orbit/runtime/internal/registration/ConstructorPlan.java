package dev.orbit.runtime.internal.registration;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Journal;
import dev.orbit.api.Journaled;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import dev.orbit.runtime.spi.ActorDependencies;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How an actor class is instantiated: its one constructor, and where each argument comes from. */
final class ConstructorPlan {
  private static final Pattern STATE_NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private static final MethodType CALL = MethodType.methodType(Object.class, Object[].class);

  private final Class<?> actorClass;
  private final Invoker constructor;
  private final List<Source> sources;
  private final ActorDependencies dependencies;

  /** Where an argument comes from. */
  private sealed interface Source {
    record OfState(StateSlot slot) implements Source {}

    record OfJournal(JournalSlot slot) implements Source {}

    record OfContext() implements Source {}

    record OfApplication(Parameter parameter) implements Source {}
  }

  private ConstructorPlan(
      Class<?> actorClass,
      Invoker constructor,
      List<Source> sources,
      ActorDependencies dependencies) {
    this.actorClass = actorClass;
    this.constructor = constructor;
    this.sources = sources;
    this.dependencies = dependencies;
  }

  static ConstructorPlan read(Class<?> actorClass, ActorDependencies dependencies) {
    checkClass(actorClass);
    Constructor<?>[] constructors = actorClass.getDeclaredConstructors();
    if (constructors.length != 1) {
      throw Refused.because(
          actorClass,
          "it has %d constructors; keep the one that the runtime is to call"
              .formatted(constructors.length));
    }
    List<Source> sources = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Parameter parameter : constructors[0].getParameters()) {
      Source source = sourceOf(actorClass, parameter, dependencies);
      nameOf(source)
          .filter(name -> !names.add(name))
          .ifPresent(
              twice -> {
                throw Refused.because(
                    actorClass, "two states are named '%s'; rename one of them".formatted(twice));
              });
      sources.add(source);
    }
    return new ConstructorPlan(
        actorClass, bind(actorClass, constructors[0]), List.copyOf(sources), dependencies);
  }

  private static void checkClass(Class<?> actorClass) {
    if (actorClass.isInterface() || Modifier.isAbstract(actorClass.getModifiers())) {
      throw Refused.because(
          actorClass, "it cannot be instantiated; give the class that implements the contract");
    }
    boolean inner =
        actorClass.getEnclosingClass() != null && !Modifier.isStatic(actorClass.getModifiers());
    if (inner && !actorClass.isRecord()) {
      throw Refused.because(
          actorClass,
          "it is an inner class and needs an instance of the outer one; make it static");
    }
  }

  private static Invoker bind(Class<?> actorClass, Constructor<?> constructor) {
    try {
      MethodHandle direct =
          MethodHandles.privateLookupIn(actorClass, MethodHandles.lookup())
              .unreflectConstructor(constructor);
      return new Invoker(direct, constructor.getParameterCount(), CALL);
    } catch (IllegalAccessException e) {
      throw Refused.because(
          actorClass, "it is not accessible; open its package to dev.orbit.runtime", e);
    }
  }

  private static Source sourceOf(
      Class<?> actorClass, Parameter parameter, ActorDependencies dependencies) {
    if (parameter.getType() == State.class) {
      return new Source.OfState(slotOf(actorClass, parameter));
    }
    if (parameter.getType() == Journal.class) {
      return new Source.OfJournal(JournalParameters.slotOf(actorClass, parameter));
    }
    if (parameter.isAnnotationPresent(Journaled.class)) {
      throw Refused.because(
          actorClass,
          "parameter '%s' of its constructor has @Journaled and the type %s; make it a Journal<...>"
              .formatted(parameter.getName(), parameter.getType().getSimpleName()));
    }
    if (parameter.isAnnotationPresent(Persistent.class)) {
      throw Refused.because(
          actorClass,
          "parameter '%s' of its constructor has @Persistent and the type %s; make it a State<...>"
              .formatted(parameter.getName(), parameter.getType().getSimpleName()));
    }
    if (parameter.getType() == ActorContext.class) {
      return new Source.OfContext();
    }
    ask(actorClass, parameter, dependencies);
    return new Source.OfApplication(parameter);
  }

  private static Optional<String> nameOf(Source source) {
    return switch (source) {
      case Source.OfState(StateSlot slot) -> Optional.of(slot.name());
      case Source.OfJournal(JournalSlot slot) -> Optional.of(slot.state().name());
      case Source.OfContext _, Source.OfApplication _ -> Optional.empty();
    };
  }

  private static StateSlot slotOf(Class<?> actorClass, Parameter parameter) {
    Persistent name = parameter.getAnnotation(Persistent.class);
    if (name == null) {
      throw Refused.because(
          actorClass,
          "parameter '%s' of its constructor is a State without a name; add @Persistent(\"...\")"
              .formatted(parameter.getName()));
    }
    if (!STATE_NAME.matcher(name.value()).matches()) {
      throw Refused.because(
          actorClass,
          "a state is named '%s'; allowed are 1 to 100 letters, digits, '.', '_' or '-'"
              .formatted(name.value()));
    }
    if (!(parameter.getParameterizedType() instanceof ParameterizedType generic)) {
      throw Refused.because(
          actorClass,
          "state '%s' does not say of which type it is; write State<Type>".formatted(name.value()));
    }
    Type type = generic.getActualTypeArguments()[0];
    return new StateSlot(name.value(), type, InitialValues.of(actorClass, name.value(), type));
  }

  private static Object ask(
      Class<?> actorClass, Parameter parameter, ActorDependencies dependencies) {
    Optional<?> found = dependencies.find(actorClass, parameter);
    Object value = found.orElse(null);
    if (value == null) {
      throw Refused.because(
          actorClass,
          ("nothing supplies parameter '%s' of type %s of its constructor; it may ask for"
                  + " State<...>, ActorContext and what the node's dependencies supply")
              .formatted(parameter.getName(), parameter.getType().getName()));
    }
    return value;
  }

  boolean keepsState() {
    return sources.stream()
        .anyMatch(source -> source instanceof Source.OfState || source instanceof Source.OfJournal);
  }

  List<StateSlot> states() {
    List<StateSlot> slots = new ArrayList<>();
    for (Source source : sources) {
      if (source instanceof Source.OfState(StateSlot slot)) {
        slots.add(slot);
      }
    }
    return slots;
  }

  Object instantiate(ActorContext context, Facets facets) throws Throwable {
    Object[] arguments = new Object[sources.size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] =
          switch (sources.get(i)) {
            case Source.OfState(StateSlot slot) -> facets.state(slot);
            case Source.OfJournal(JournalSlot slot) -> facets.journal(slot);
            case Source.OfContext() -> context;
            case Source.OfApplication(Parameter parameter) ->
                ask(actorClass, parameter, dependencies);
          };
    }
    return constructor.handle().invokeExact(arguments);
  }
}
