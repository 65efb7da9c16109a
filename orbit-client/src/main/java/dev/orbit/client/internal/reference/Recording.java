package dev.orbit.client.internal.reference;

import dev.orbit.api.CallSettings;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.contract.ResultKind;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a reference while a function calls one of its methods, and begins that call without
 * waiting for it. To be used by one thread.
 */
final class Recording implements InvocationHandler {
  private static final @Nullable Object[] NOTHING = new @Nullable Object[0];

  private final Reference reference;
  private final CallSettings settings;
  private @Nullable CompletableFuture<@Nullable Object> begun;

  private Recording(Reference reference, CallSettings settings) {
    this.reference = reference;
    this.settings = settings;
  }

  /**
   * Begins the one call that {@code call} makes of what it is given, by its own settings and these.
   */
  static <A> CompletableFuture<?> of(A actor, Consumer<A> call, CallSettings settings) {
    if (!Proxy.isProxyClass(actor.getClass())
        || !(Proxy.getInvocationHandler(actor) instanceof Reference reference)) {
      throw new IllegalArgumentException(
          "%s is no reference to an actor; get one by Actors.get"
              .formatted(actor.getClass().getName()));
    }
    Recording recording = new Recording(reference, settings);
    Class<?> contract = reference.contract().type();
    @SuppressWarnings("unchecked") // It implements what the reference implements.
    A standIn =
        (A) Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] {contract}, recording);
    call.accept(standIn);
    CompletableFuture<@Nullable Object> begun = recording.begun;
    if (begun == null) {
      throw new IllegalArgumentException(
          "no method of %s was called; call one, once".formatted(reference.address()));
    }
    return begun;
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    MethodContract called = reference.contract().method(method).orElse(null);
    if (called == null) {
      return reference.invoke(proxy, method, arguments);
    }
    if (begun != null || called.resultKind() == ResultKind.STAGE || called.oneWay()) {
      throw new IllegalArgumentException(
          begun != null
              ? "%s is the second call; begin each by itself".formatted(called)
              : "%s does not wait anyway; call it on the reference".formatted(called));
    }
    begun =
        reference
            .calls()
            .with(settings)
            .start(
                reference.address(),
                reference.contract(),
                called,
                arguments == null ? NOTHING : arguments);
    return zero(method.getReturnType());
  }

  private static @Nullable Object zero(Class<?> type) {
    if (!type.isPrimitive() || type == void.class) {
      return null;
    }
    return Array.get(Array.newInstance(type, 1), 0);
  }
}
