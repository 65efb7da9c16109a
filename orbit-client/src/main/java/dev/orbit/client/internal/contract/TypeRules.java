package dev.orbit.client.internal.contract;

import dev.orbit.api.Actor;
import java.io.Closeable;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;
import java.util.stream.BaseStream;

/** Which types mean nothing outside the process that made their values, whatever the codec. */
final class TypeRules {
  private static final List<Class<?>> LOCAL_ONLY =
      List.of(
          Thread.class,
          ThreadLocal.class,
          ClassLoader.class,
          MethodHandle.class,
          AnnotatedElement.class,
          Iterator.class,
          BaseStream.class,
          CompletionStage.class,
          Future.class,
          Executor.class,
          Lock.class,
          RandomGenerator.class,
          Throwable.class);

  private TypeRules() {}

  /** Why values of {@code type} cannot travel; empty when this class knows no reason. */
  static Optional<String> problem(Type type) {
    return problem(type, new HashSet<>());
  }

  private static Optional<String> problem(Type type, Set<Type> seen) {
    if (!seen.add(type)) {
      return Optional.empty();
    }
    return switch (type) {
      case ParameterizedType parameterized -> {
        Optional<String> raw = problem(parameterized.getRawType(), seen);
        for (Type argument : parameterized.getActualTypeArguments()) {
          raw = raw.or(() -> problem(argument, seen));
        }
        yield raw;
      }
      case GenericArrayType array -> problem(array.getGenericComponentType(), seen);
      case Class<?> plain -> problemOfClass(plain, seen);
      default -> Optional.empty();
    };
  }

  private static Optional<String> problemOfClass(Class<?> type, Set<Type> seen) {
    if (type.isArray()) {
      return problem(type.componentType(), seen);
    }
    if (type == Object.class) {
      return Optional.of("Object says nothing of what it holds; declare the type that is meant");
    }
    if (Actor.class.isAssignableFrom(type)) {
      return Optional.empty();
    }
    for (Class<?> local : LOCAL_ONLY) {
      if (local.isAssignableFrom(type)) {
        return Optional.of(
            type.getSimpleName() + " means nothing in another process; pass a value");
      }
    }
    if (Closeable.class.isAssignableFrom(type)) {
      return Optional.of(type.getSimpleName() + " is an open resource; pass what it holds");
    }
    if (type.isInterface()
        && (type.isAnnotationPresent(FunctionalInterface.class)
            || type.getPackageName().equals("java.util.function"))) {
      return Optional.of(type.getSimpleName() + " is code; code does not travel, pass a value");
    }
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        Optional<String> problem = problem(component.getGenericType(), seen);
        if (problem.isPresent()) {
          return Optional.of(
              "component '%s' of %s: %s"
                  .formatted(component.getName(), type.getSimpleName(), problem.get()));
        }
      }
    }
    return Optional.empty();
  }
}
