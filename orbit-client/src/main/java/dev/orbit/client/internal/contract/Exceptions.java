package dev.orbit.client.internal.contract;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The exceptions that a contract declares. */
final class Exceptions {
  private static final Set<Class<?>> SAY_NOTHING =
      Set.of(Throwable.class, Exception.class, RuntimeException.class, Error.class);

  private static final ClassValue<List<Class<? extends Throwable>>> FAMILIES =
      new ClassValue<>() {
        @Override
        protected List<Class<? extends Throwable>> computeValue(Class<?> type) {
          Set<Class<? extends Throwable>> family = new LinkedHashSet<>();
          collect(type, family);
          return List.copyOf(family);
        }
      };

  private Exceptions() {}

  static List<Class<? extends Throwable>> declaredBy(Method method) {
    Set<Class<? extends Throwable>> all = new LinkedHashSet<>();
    for (Class<?> declared : method.getExceptionTypes()) {
      if (!SAY_NOTHING.contains(declared)) {
        all.addAll(FAMILIES.get(declared));
      }
    }
    return List.copyOf(all);
  }

  private static void collect(Class<?> type, Set<Class<? extends Throwable>> into) {
    if (into.add(type.asSubclass(Throwable.class)) && type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, into);
      }
    }
  }

  /** Why callers could not get {@code declared} as it is; empty when they can. */
  static Optional<String> problem(Class<?> declared) {
    if (SAY_NOTHING.contains(declared) || RuntimeException.class.isAssignableFrom(declared)) {
      return Optional.empty();
    }
    for (Class<? extends Throwable> type : FAMILIES.get(declared)) {
      if (!Modifier.isAbstract(type.getModifiers()) && !takesMessage(type)) {
        return Optional.of(
            ("it throws %s, which has no constructor with a single String, so that callers cannot"
                    + " get it; give it one that takes the message")
                .formatted(type.getSimpleName()));
      }
    }
    return Optional.empty();
  }

  private static boolean takesMessage(Class<?> type) {
    return Arrays.stream(type.getDeclaredConstructors())
        .anyMatch(c -> Arrays.equals(c.getParameterTypes(), new Class<?>[] {String.class}));
  }
}
