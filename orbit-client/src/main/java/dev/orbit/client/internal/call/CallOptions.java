package dev.orbit.client.internal.call;

import dev.orbit.api.CallSettings;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How calls through references are made.
 *
 * @param timeout how long a caller waits that is not itself within a turn with an earlier deadline;
 *     more than zero, at most {@link CallSettings#MAX_TIMEOUT}
 * @param byType what is said of single types, by type name; each duration as {@code timeout}
 */
public record CallOptions(Duration timeout, Map<String, TypeTimeouts> byType) {
  /**
   * Long enough for a dead node's lease to run out and the call to be made again, short enough for
   * a person.
   */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  public static final CallOptions DEFAULT = new CallOptions(DEFAULT_TIMEOUT);

  public CallOptions {
    byType = Map.copyOf(byType);
    check("call.timeout", timeout);
    byType.forEach(
        (type, timeouts) -> {
          timeouts.all().ifPresent(all -> check("call.timeout of " + type, all));
          timeouts
              .methods()
              .forEach((method, one) -> check("call.timeout of " + type + "." + method, one));
        });
  }

  /** The same for all types. */
  public CallOptions(Duration timeout) {
    this(timeout, Map.of());
  }

  private static void check(String what, Duration timeout) {
    if (!timeout.isPositive() || timeout.compareTo(CallSettings.MAX_TIMEOUT) > 0) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "%s is %s; allowed is more than zero, at most %s"
              .formatted(what, timeout, CallSettings.MAX_TIMEOUT));
    }
  }

  /**
   * Refuses timeouts of methods that a contract does not have.
   *
   * @throws ConfigurationException with {@code BAD_CONFIGURATION}; the message names those that
   *     there are
   */
  public void check(ActorContract contract) {
    TypeTimeouts said = byType.get(contract.typeName());
    if (said == null) {
      return;
    }
    Set<String> names = new TreeSet<>();
    contract.methods().forEach(method -> names.add(method.wireName()));
    for (String method : said.methods().keySet()) {
      if (!names.contains(method)) {
        throw new ConfigurationException(
            ErrorCode.BAD_CONFIGURATION,
            "a timeout is set for the method '%s' of %s; its methods are %s"
                .formatted(method, contract.typeName(), String.join(", ", names)));
      }
    }
  }

  /** What is said of a method here. */
  public Optional<Duration> configured(MethodContract method) {
    TypeTimeouts said = byType.isEmpty() ? null : byType.get(method.actorType());
    return said == null ? Optional.empty() : said.of(method);
  }
}
