package dev.orbit.api.env;

/** Something under way that can be called off. */
@FunctionalInterface
public interface Cancellable {
  /**
   * Calls it off if it has not begun; does nothing otherwise. May be called by any thread and more
   * than once.
   */
  void cancel();
}
