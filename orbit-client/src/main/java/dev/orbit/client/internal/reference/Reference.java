package dev.orbit.client.internal.reference;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.Addressed;
import dev.orbit.client.internal.contract.MethodContract;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands behind one reference. Two references are equal when they name the same actor. */
record Reference(AddressableReference address, ActorContract contract, Calls calls)
    implements InvocationHandler, Addressed {
  private static final @Nullable Object[] NOTHING = new @Nullable Object[0];

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Optional<MethodContract> called = contract.method(method);
    if (called.isPresent()) {
      return calls.call(address, contract, called.get(), arguments == null ? NOTHING : arguments);
    }
    return switch (method.getName()) {
      case "hashCode" -> address.hashCode();
      case "equals" -> arguments != null && isSame(arguments[0]);
      case "toString" -> address.toString();
      default -> throw new IllegalStateException("%s is not of %s".formatted(method, contract));
    };
  }

  private boolean isSame(@Nullable Object other) {
    return Addressed.addressOf(other).filter(address::equals).isPresent();
  }
}
