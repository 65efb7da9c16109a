package dev.orbit.runtime.internal.registration;

import dev.orbit.api.Portable;
import dev.orbit.api.StatelessWorker;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Optional;

/** Finds out what a {@link Portable} class carries. */
final class CarriedTypes {
  private CarriedTypes() {}

  /**
   * The type that the class gives to {@link Portable}; empty if it is not one.
   *
   * @throws dev.orbit.api.error.ConfigurationException if that is open, or the class has nothing to
   *     carry
   */
  static Optional<Type> of(Class<?> actorClass) {
    if (!Portable.class.isAssignableFrom(actorClass)) {
      return Optional.empty();
    }
    if (actorClass.isAnnotationPresent(StatelessWorker.class)) {
      throw Refused.because(
          actorClass, "it is a @StatelessWorker and Portable; workers never move");
    }
    for (Class<?> at = actorClass; at != null; at = at.getSuperclass()) {
      for (Type implemented : at.getGenericInterfaces()) {
        if (implemented instanceof ParameterizedType generic
            && generic.getRawType() == Portable.class
            && !(generic.getActualTypeArguments()[0] instanceof TypeVariable<?>)) {
          return Optional.of(generic.getActualTypeArguments()[0]);
        }
      }
    }
    throw Refused.because(
        actorClass,
        "what it carries has no type; let it, or a class above it, implement Portable<SomeType>"
            + " directly");
  }
}
