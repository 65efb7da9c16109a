package dev.orbit.runtime.internal.registration;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * A method or constructor that can be called with its arguments in an array. The handle for that is
 * made by the first call: the JVM makes classes for each number and kind of arguments, anew in each
 * process, and a node is to be ready before its actors are called.
 *
 * <p>Thread-safe: two first calls make two handles that do the same, and handles are immutable.
 */
final class Invoker {
  private final MethodHandle direct;
  private final int arguments;
  private final MethodType type;
  private @Nullable MethodHandle spread;

  /**
   * Calls that handle.
   *
   * @param arguments how many of its last parameters are taken out of an array
   * @param type of {@link #handle}
   */
  Invoker(MethodHandle direct, int arguments, MethodType type) {
    this.direct = direct.asFixedArity();
    this.arguments = arguments;
    this.type = type;
  }

  /** What is to be called. */
  MethodHandle handle() {
    MethodHandle made = spread;
    if (made == null) {
      made = direct.asSpreader(Object[].class, arguments).asType(type);
      spread = made;
    }
    return made;
  }
}
