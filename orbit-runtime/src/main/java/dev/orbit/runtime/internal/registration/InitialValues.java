package dev.orbit.runtime.internal.registration;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the value of a state comes from that was never written. */
final class InitialValues {
  private InitialValues() {}

  /**
   * Makes values by {@code static T initial()} of the type, else by its constructor without
   * parameters.
   *
   * @throws dev.orbit.api.error.ConfigurationException if it has neither, or it fails
   */
  static Supplier<Object> of(Class<?> actorClass, String state, Type type) {
    Class<?> raw = rawClass(type);
    if (raw == null) {
      throw Refused.because(
          actorClass, "the type of state '%s', %s, is no class".formatted(state, type));
    }
    MethodHandle handle = bind(actorClass, state, raw);
    try {
      make(raw, handle);
    } catch (IllegalStateException e) {
      throw Refused.because(
          actorClass, "the initial value of state '%s': %s".formatted(state, e.getMessage()), e);
    }
    return () -> make(raw, handle);
  }

  private static Object make(Class<?> raw, MethodHandle handle) {
    Object value;
    try {
      value = handle.invokeExact();
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("%s failed to make one: %s".formatted(raw.getName(), e), e);
    }
    if (value == null) {
      throw new IllegalStateException("%s.initial() returned null".formatted(raw.getName()));
    }
    return value;
  }

  private static MethodHandle bind(Class<?> actorClass, String state, Class<?> raw) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(raw, MethodHandles.lookup());
      Optional<Method> factory = factory(raw);
      MethodHandle handle =
          factory.isPresent()
              ? lookup.unreflect(factory.get())
              : lookup.findConstructor(raw, MethodType.methodType(void.class));
      return handle.asType(MethodType.methodType(Object.class));
    } catch (NoSuchMethodException e) {
      throw Refused.because(
          actorClass,
          ("%s, the type of state '%s', has neither 'public static %s initial()' nor a constructor"
                  + " without parameters; add one, it makes the value of an actor that never wrote")
              .formatted(raw.getName(), state, raw.getSimpleName()),
          e);
    } catch (IllegalAccessException e) {
      throw Refused.because(
          actorClass,
          "%s, the type of state '%s', is not accessible; open its package to dev.orbit.runtime"
              .formatted(raw.getName(), state),
          e);
    }
  }

  private static Optional<Method> factory(Class<?> raw) {
    for (Method method : raw.getDeclaredMethods()) {
      if (method.getName().equals("initial")
          && Modifier.isStatic(method.getModifiers())
          && method.getParameterCount() == 0
          && raw.isAssignableFrom(method.getReturnType())) {
        return Optional.of(method);
      }
    }
    return Optional.empty();
  }

  private static @Nullable Class<?> rawClass(Type type) {
    return switch (type) {
      case Class<?> raw -> raw;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      default -> null;
    };
  }
}
