package dev.orbit.client.internal.wire;

import dev.orbit.client.internal.contract.MethodContract;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.time.DateTimeException;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The exceptions of actors that come back to life at the caller. */
final class RemoteExceptions {
  /** Exceptions of the JDK that say something about the call itself. */
  private static final Map<String, Function<@Nullable String, Throwable>> ALLOWED =
      Map.ofEntries(
          Map.entry("java.lang.ArithmeticException", ArithmeticException::new),
          Map.entry("java.lang.ClassCastException", ClassCastException::new),
          Map.entry("java.lang.IllegalArgumentException", IllegalArgumentException::new),
          Map.entry("java.lang.IllegalStateException", IllegalStateException::new),
          Map.entry("java.lang.IndexOutOfBoundsException", IndexOutOfBoundsException::new),
          Map.entry("java.lang.NullPointerException", NullPointerException::new),
          Map.entry("java.lang.NumberFormatException", NumberFormatException::new),
          Map.entry("java.lang.SecurityException", SecurityException::new),
          Map.entry("java.lang.UnsupportedOperationException", UnsupportedOperationException::new),
          Map.entry("java.time.DateTimeException", DateTimeException::new),
          Map.entry(
              "java.util.ConcurrentModificationException", ConcurrentModificationException::new),
          Map.entry("java.util.NoSuchElementException", NoSuchElementException::new));

  private RemoteExceptions() {}

  /** The names of the classes of the JDK that are rebuilt at callers without being declared. */
  static Set<String> allowed() {
    return ALLOWED.keySet();
  }

  /**
   * The class name that a caller is told: of the nearest class that it can rebuild, else of the
   * exception itself.
   */
  static String nameForCaller(Throwable thrown, MethodContract method) {
    List<Class<? extends Throwable>> declared = method.declaredExceptions();
    for (Class<?> type = thrown.getClass(); type != Object.class; type = type.getSuperclass()) {
      if (declared.contains(type) && !Modifier.isAbstract(type.getModifiers())) {
        return type.getName();
      }
    }
    return thrown.getClass().getName();
  }

  /** The exception of that name, if the caller may have it and it can be made. */
  static Optional<Throwable> rebuild(String name, @Nullable String message, MethodContract method) {
    for (Class<? extends Throwable> declared : method.declaredExceptions()) {
      if (declared.getName().equals(name)) {
        return instantiate(declared, message);
      }
    }
    return Optional.ofNullable(ALLOWED.get(name)).map(make -> make.apply(message));
  }

  private static Optional<Throwable> instantiate(
      Class<? extends Throwable> type, @Nullable String message) {
    try {
      Constructor<? extends Throwable> constructor = type.getDeclaredConstructor(String.class);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(message));
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      // Its name and message still reach the caller, in an ActorFailedException.
      return Optional.empty();
    }
  }
}
