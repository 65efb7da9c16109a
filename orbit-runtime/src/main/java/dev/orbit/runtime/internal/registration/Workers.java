package dev.orbit.runtime.internal.registration;

import dev.orbit.api.Remindable;
import dev.orbit.api.StatelessWorker;
import dev.orbit.api.cluster.PlacementRule;

/** What a class says of itself as a stateless worker. */
final class Workers {
  private static final int MOST = 10_000;

  private Workers() {}

  /** How many of one address there may be on a node; 0 for an ordinary actor. */
  static int most(Class<?> actorClass) {
    StatelessWorker worker = actorClass.getAnnotation(StatelessWorker.class);
    return worker == null ? 0 : worker.max();
  }

  /**
   * Looks whether it can be one.
   *
   * @throws dev.orbit.api.error.ConfigurationException with {@code BAD_CONTRACT} if not
   */
  static void check(Class<?> actorClass, ConstructorPlan constructor, TypeOptions options) {
    StatelessWorker worker = actorClass.getAnnotation(StatelessWorker.class);
    if (worker == null) {
      if (options.strategy().filter(PlacementRule.STATELESS::equals).isPresent()) {
        throw Refused.because(
            actorClass,
            "its placement is '%s', which is for classes with @StatelessWorker"
                .formatted(PlacementRule.STATELESS));
      }
      return;
    }
    if (worker.max() < 1 || worker.max() > MOST) {
      throw Refused.because(
          actorClass,
          "@StatelessWorker(max) is %d; allowed is 1 to %d".formatted(worker.max(), MOST));
    }
    if (constructor.keepsState()) {
      throw Refused.because(
          actorClass, "it is a @StatelessWorker and asks for state, which it cannot have");
    }
    if (Remindable.class.isAssignableFrom(actorClass)) {
      throw Refused.because(
          actorClass,
          "it is a @StatelessWorker and Remindable; a reminder is for one certain actor");
    }
    if (options.strategy().isPresent()) {
      throw Refused.because(
          actorClass,
          "it is a @StatelessWorker, which lives where it is called, and its placement is '%s'"
              .formatted(options.strategy().get()));
    }
  }
}
