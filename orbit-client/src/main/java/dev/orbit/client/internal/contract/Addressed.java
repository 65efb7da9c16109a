package dev.orbit.client.internal.contract;

import dev.orbit.api.address.AddressableReference;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The invocation handler behind a reference to an actor. */
public interface Addressed {
  /** The actor that the reference stands for. */
  AddressableReference address();

  /**
   * The actor that {@code object} stands for; empty when it is no reference made by this runtime.
   */
  static Optional<AddressableReference> addressOf(@Nullable Object object) {
    return object != null
            && Proxy.isProxyClass(object.getClass())
            && Proxy.getInvocationHandler(object) instanceof Addressed addressed
        ? Optional.of(addressed.address())
        : Optional.empty();
  }
}
