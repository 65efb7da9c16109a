package dev.orbit.runtime.internal.registration;

import dev.orbit.api.IdleAfter;
import dev.orbit.api.MailboxCapacity;
import dev.orbit.api.Placed;
import dev.orbit.client.internal.call.TypeTimeouts;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what an actor class says of itself by annotations. */
final class ClassOptions {
  private static final int MOST_WAITING = 1_000_000;
  private static final long MOST_IDLE_SECONDS = Duration.ofDays(30).toSeconds();

  private ClassOptions() {}

  /**
   * What the class says.
   *
   * @throws dev.orbit.api.error.ConfigurationException with {@code BAD_CONTRACT} if it cannot work
   */
  static TypeOptions of(Class<?> actorClass) {
    Placed placed = actorClass.getAnnotation(Placed.class);
    return new TypeOptions(
        placed == null ? Optional.empty() : Optional.of(tags(actorClass, placed.requires())),
        placed == null ? Optional.empty() : Optional.of(tags(actorClass, placed.prefers())),
        placed == null || placed.strategy().isEmpty()
            ? Optional.empty()
            : Optional.of(placed.strategy()),
        idleAfter(actorClass),
        mailboxCapacity(actorClass),
        TypeTimeouts.NONE);
  }

  private static Map<String, String> tags(Class<?> actorClass, String[] texts) {
    Map<String, String> tags = new TreeMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw Refused.because(
            actorClass,
            "@Placed names the tag '%s' of %s; write each as name=value"
                .formatted(text, Arrays.toString(texts)));
      }
      tags.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
    }
    return tags;
  }

  private static Optional<Integer> mailboxCapacity(Class<?> actorClass) {
    MailboxCapacity capacity = actorClass.getAnnotation(MailboxCapacity.class);
    if (capacity == null) {
      return Optional.empty();
    }
    if (capacity.value() < 1 || capacity.value() > MOST_WAITING) {
      throw Refused.because(
          actorClass,
          "its @MailboxCapacity is %d; allowed are 1 to %d"
              .formatted(capacity.value(), MOST_WAITING));
    }
    return Optional.of(capacity.value());
  }

  private static Optional<Duration> idleAfter(Class<?> actorClass) {
    IdleAfter idle = actorClass.getAnnotation(IdleAfter.class);
    if (idle == null) {
      return Optional.empty();
    }
    if (idle.seconds() < 1 || idle.seconds() > MOST_IDLE_SECONDS) {
      throw Refused.because(
          actorClass,
          "@IdleAfter(seconds) is %d; allowed is 1 to %d"
              .formatted(idle.seconds(), MOST_IDLE_SECONDS));
    }
    return Optional.of(Duration.ofSeconds(idle.seconds()));
  }
}
