package dev.orbit.runtime.spi;

import java.lang.reflect.Parameter;
import java.util.Optional;

/**
 * Supplies what actors' constructors ask for beyond {@link dev.orbit.api.State} and {@link
 * dev.orbit.api.ActorContext}: the place to plug in a dependency injection container.
 */
@FunctionalInterface
public interface ActorDependencies {
  /** Knows nothing: constructors may ask for state and context alone. */
  ActorDependencies NONE = (actorClass, parameter) -> Optional.empty();

  /**
   * The argument for a constructor's parameter. Asked once when the node starts, so that what is
   * missing is refused then, and again at each activation.
   *
   * @param actorClass the class that is to be instantiated
   * @param parameter one of its constructor's parameters
   * @return an object of the parameter's type; empty if there is none
   */
  Optional<?> find(Class<?> actorClass, Parameter parameter);
}
