package dev.orbit.client.internal.contract;

import dev.orbit.api.AlwaysInterleave;
import dev.orbit.api.CallSettings;
import dev.orbit.api.CallTimeout;
import dev.orbit.api.OneWay;
import dev.orbit.api.OnlyIfActive;
import dev.orbit.api.ReadOnly;
import dev.orbit.api.error.ConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Reads the methods of a contract. */
record MethodTable(
    List<MethodContract> methods,
    Map<String, MethodContract> byWireName,
    Map<Method, MethodContract> byMethod) {

  static MethodTable read(Class<?> contract, String actorType) {
    Reader reader = new Reader(contract, actorType);
    return reader.read();
  }

  /**
   * The methods of several contracts that one class implements. What two of them call alike must be
   * the same method.
   */
  static MethodTable joined(List<MethodTable> tables) {
    Map<String, MethodContract> named = new TreeMap<>();
    for (MethodTable table : tables) {
      for (MethodContract method : table.methods()) {
        MethodContract twin = named.putIfAbsent(method.wireName(), method);
        if (twin != null && !twin.isSameAs(method)) {
          throw ActorContract.refuse(
              method.method().getDeclaringClass(),
              "%s and %s of the same actor type are both called '%s' on the wire and differ in types, exceptions or annotations; rename one or declare them alike"
                  .formatted(twin.method(), method.method(), method.wireName()));
        }
      }
    }
    List<MethodContract> methods = new ArrayList<>();
    named.values().forEach(method -> methods.add(method.at(methods.size())));
    methods.forEach(method -> named.put(method.wireName(), method));
    Map<String, MethodContract> byWireName = new HashMap<>(named);
    Map<Method, MethodContract> byMethod = new HashMap<>();
    for (MethodTable table : tables) {
      table.byMethod().forEach((key, it) -> byMethod.put(key, joined(named, it)));
      table.byWireName().forEach((alias, it) -> byWireName.putIfAbsent(alias, joined(named, it)));
    }
    return new MethodTable(List.copyOf(methods), Map.copyOf(byWireName), Map.copyOf(byMethod));
  }

  private static MethodContract joined(Map<String, MethodContract> named, MethodContract method) {
    return Objects.requireNonNull(named.get(method.wireName()));
  }

  private static final class Reader {
    private final Class<?> contract;
    private final String actorType;
    private final TypeResolver resolver;

    Reader(Class<?> contract, String actorType) {
      this.contract = contract;
      this.actorType = actorType;
      this.resolver = new TypeResolver(contract);
    }

    MethodTable read() {
      List<Method> all =
          Arrays.stream(contract.getMethods())
              .filter(m -> !Modifier.isStatic(m.getModifiers()) && !isOfObject(m))
              .toList();
      List<Method> own = withoutOverridden(all);
      Map<String, Long> uses =
          own.stream().collect(Collectors.groupingBy(Method::getName, Collectors.counting()));
      Map<String, MethodContract> byWireName = new HashMap<>();
      Map<String, MethodContract> aliases = new LinkedHashMap<>();
      List<MethodContract> methods = new ArrayList<>();
      for (Method method : own) {
        String alias = longName(method);
        String name = uses.getOrDefault(method.getName(), 0L) > 1 ? alias : method.getName();
        MethodContract read = read(method, name, methods.size());
        MethodContract twin = byWireName.put(name, read);
        if (twin != null) {
          throw refuse(
              method,
              "it and another overload are both called %s on the wire; rename one".formatted(name));
        }
        aliases.put(alias, read);
        methods.add(read);
      }
      aliases.forEach(byWireName::putIfAbsent);
      return new MethodTable(List.copyOf(methods), Map.copyOf(byWireName), byMethod(all, methods));
    }

    /**
     * Bridges, and methods of parents that the contract declares again, are called by the compiler
     * or through a parent.
     */
    private Map<Method, MethodContract> byMethod(List<Method> all, List<MethodContract> methods) {
      Map<Method, MethodContract> map = new HashMap<>();
      for (MethodContract method : methods) {
        map.put(method.method(), method);
      }
      for (Method method : all) {
        if (!map.containsKey(method)) {
          methods.stream()
              .filter(m -> overrides(m.method(), method))
              .findFirst()
              .ifPresent(m -> map.put(method, m));
        }
      }
      return Map.copyOf(map);
    }

    private List<Method> withoutOverridden(List<Method> all) {
      return all.stream()
          .filter(m -> !m.isBridge())
          .filter(
              m -> all.stream().noneMatch(o -> !o.equals(m) && !o.isBridge() && isHiddenBy(m, o)))
          .sorted(Comparator.comparing(Method::getName).thenComparing(Reader::longName))
          .toList();
    }

    /**
     * Of two declarations of one method the more special result wins, then the name of the
     * declaring interface.
     */
    private boolean isHiddenBy(Method method, Method other) {
      if (!overrides(other, method)) {
        return false;
      }
      if (!overrides(method, other)) {
        return true;
      }
      boolean isParent = method.getDeclaringClass().isAssignableFrom(other.getDeclaringClass());
      boolean isChild = other.getDeclaringClass().isAssignableFrom(method.getDeclaringClass());
      return isParent
          || (!isChild
              && method.getDeclaringClass().getName().compareTo(other.getDeclaringClass().getName())
                  > 0);
    }

    /** Whether a call of {@code general} means {@code special}: same name, no wider types. */
    private boolean overrides(Method special, Method general) {
      return special.getName().equals(general.getName())
          && general.getReturnType().isAssignableFrom(special.getReturnType())
          && parametersOf(special).equals(parametersOf(general));
    }

    private List<Type> parametersOf(Method method) {
      return Arrays.stream(bridged(contract, method).getGenericParameterTypes())
          .map(t -> resolver.resolve(t).orElse(t))
          .toList();
    }

    /**
     * A bridge has erased types only; the declaration that it was made for, in a parent, has the
     * variables.
     */
    private static Method bridged(Class<?> type, Method method) {
      if (!method.isBridge()) {
        return method;
      }
      for (Method declared : type.getDeclaredMethods()) {
        if (!declared.isBridge()
            && declared.getName().equals(method.getName())
            && Arrays.equals(declared.getParameterTypes(), method.getParameterTypes())) {
          return declared;
        }
      }
      for (Class<?> parent : type.getInterfaces()) {
        Method found = bridged(parent, method);
        if (!found.isBridge()) {
          return found;
        }
      }
      return method;
    }

    private MethodContract read(Method method, String wireName, int index) {
      if (method.getTypeParameters().length > 0) {
        throw refuse(
            method, "it has type parameters, which no message can carry; declare the types");
      }
      List<Type> parameters = new ArrayList<>();
      for (int i = 0; i < method.getParameterCount(); i++) {
        parameters.add(
            resolve(method, "parameter " + (i + 1), method.getGenericParameterTypes()[i]));
      }
      Type result = resultType(method);
      MethodTraits traits = traits(method);
      for (Class<?> exception : method.getExceptionTypes()) {
        Exceptions.problem(exception)
            .ifPresent(
                problem -> {
                  throw refuse(method, problem);
                });
      }
      method.setAccessible(true);
      return new MethodContract(
          actorType, wireName, method, parameters, result, kind(method), traits, index);
    }

    private MethodTraits traits(Method method) {
      boolean oneWay = method.isAnnotationPresent(OneWay.class);
      if (oneWay && method.getReturnType() != void.class) {
        throw refuse(
            method,
            "it is @OneWay but returns %s; a caller that does not wait gets nothing, declare it void"
                .formatted(TypeNames.of(method.getGenericReturnType())));
      }
      return new MethodTraits(
          oneWay,
          method.isAnnotationPresent(ReadOnly.class),
          method.isAnnotationPresent(AlwaysInterleave.class),
          onlyIfActive(method),
          timeout(method));
    }

    private boolean onlyIfActive(Method method) {
      if (!method.isAnnotationPresent(OnlyIfActive.class)) {
        return false;
      }
      Type result = resultType(method);
      boolean canSayNothing =
          result == void.class
              || result == Void.class
              || (result instanceof ParameterizedType generic
                  && generic.getRawType() == Optional.class);
      if (!canSayNothing) {
        throw refuse(
            method,
            "it is @OnlyIfActive and returns %s, which cannot say that nothing ran; return void or an Optional"
                .formatted(TypeNames.of(method.getGenericReturnType())));
      }
      return true;
    }

    private Optional<Duration> timeout(Method method) {
      CallTimeout own = method.getAnnotation(CallTimeout.class);
      CallTimeout said = own != null ? own : contract.getAnnotation(CallTimeout.class);
      if (said == null) {
        return Optional.empty();
      }
      try {
        return CallSettings.timeout(Duration.of(said.value(), said.unit())).timeout();
      } catch (ConfigurationException | ArithmeticException | DateTimeException e) {
        throw refuse(
            method,
            "its @CallTimeout of %d %s is not more than zero and at most 24 hours"
                .formatted(said.value(), said.unit()));
      }
    }

    private static ResultKind kind(Method method) {
      Class<?> type = method.getReturnType();
      if (type == void.class) {
        return ResultKind.VOID;
      }
      return isStage(type) ? ResultKind.STAGE : ResultKind.VALUE;
    }

    private static boolean isStage(Class<?> type) {
      return type == CompletionStage.class || type == CompletableFuture.class;
    }

    private Type resultType(Method method) {
      if (!isStage(method.getReturnType())) {
        return resolve(method, "result", method.getGenericReturnType());
      }
      if (method.getGenericReturnType() instanceof ParameterizedType stage) {
        return resolve(method, "result", stage.getActualTypeArguments()[0]);
      }
      throw refuse(
          method,
          "its result is a raw %s; say what it completes with"
              .formatted(method.getReturnType().getSimpleName()));
    }

    private Type resolve(Method method, String what, Type type) {
      Type resolved =
          resolver
              .resolve(type)
              .orElseThrow(
                  () ->
                      refuse(
                          method,
                          "its %s is of type %s, which the contract leaves open; bind it by extending the"
                                  .formatted(what, type.getTypeName())
                              + " interface with types"));
      TypeRules.problem(resolved)
          .ifPresent(
              problem -> {
                throw refuse(method, "its %s cannot travel: %s".formatted(what, problem));
              });
      return resolved;
    }

    private ConfigurationException refuse(Method method, String reason) {
      return ActorContract.refuse(contract, "method %s: %s".formatted(longName(method), reason));
    }

    private static String longName(Method method) {
      return Arrays.stream(method.getParameterTypes())
          .map(Class::getSimpleName)
          .collect(Collectors.joining(",", method.getName() + "(", ")"));
    }

    private static boolean isOfObject(Method method) {
      try {
        Object.class.getMethod(method.getName(), method.getParameterTypes());
        return true;
      } catch (NoSuchMethodException e) {
        return false;
      }
    }
  }
}
