package dev.orbit.runtime.internal.registration;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The words in which an actor class is refused. */
final class Refused {
  private Refused() {}

  static ConfigurationException because(Class<?> actorClass, String reason) {
    return because(actorClass, reason, null);
  }

  static ConfigurationException because(
      Class<?> actorClass, String reason, @Nullable Throwable cause) {
    return new ConfigurationException(
        ErrorCode.BAD_CONTRACT,
        "%s cannot be hosted: %s".formatted(actorClass.getName(), reason),
        cause);
  }
}
