package dev.orbit.client.internal.reference;

import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Takes down which method a caller calls, in place of calling it. Confined to one thread. */
final class Recorder implements InvocationHandler {
  private static final @Nullable Object[] NOTHING = new @Nullable Object[0];

  private final ActorContract contract;
  private @Nullable Taken taken;

  /** The method and its arguments. */
  record Taken(MethodContract method, @Nullable Object[] arguments) {}

  private Recorder(ActorContract contract) {
    this.contract = contract;
  }

  /** What is called on the reference that {@code call} is given. */
  interface Call<A> {
    void on(A actor) throws Exception;
  }

  /**
   * Has it taken down.
   *
   * @throws IllegalArgumentException if it calls no method of the contract, or more than one
   */
  static <A> Taken take(Class<A> type, ActorContract contract, Call<A> call) {
    Recorder recorder = new Recorder(contract);
    A proxy =
        type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, recorder));
    try {
      call.on(proxy);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalArgumentException("the call threw before it was made: " + e, e);
    }
    Taken taken = recorder.taken;
    if (taken == null) {
      throw new IllegalArgumentException(
          "no method of %s was called; write actor -> actor.method(...)"
              .formatted(contract.typeName()));
    }
    return taken;
  }

  @SuppressWarnings("ReferenceEquality") // A proxy equals itself alone.
  private static boolean isSame(@Nullable Object other, Object proxy) {
    return other == proxy;
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
    MethodContract called = contract.method(method).orElse(null);
    if (called == null) {
      return switch (method.getName()) {
        case "hashCode" -> System.identityHashCode(this);
        case "equals" -> arguments != null && isSame(arguments[0], proxy);
        default -> "any " + contract.typeName();
      };
    }
    if (taken != null) {
      throw new IllegalArgumentException(
          "%s and %s were both called; a call to many actors is of one method"
              .formatted(taken.method(), called));
    }
    taken = new Taken(called, arguments == null ? NOTHING : arguments);
    Class<?> type = method.getReturnType();
    return type.isPrimitive() && type != void.class
        ? Array.get(Array.newInstance(type, 1), 0)
        : null;
  }
}
