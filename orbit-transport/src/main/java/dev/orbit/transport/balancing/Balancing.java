package dev.orbit.transport.balancing;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a node is chosen among those that could take a call. */
public enum Balancing {
  /** Any, each as often. */
  RANDOM,
  /** One after the other. */
  ROUND_ROBIN,
  /** The more often, the sooner it answers: by the reciprocal of its average latency. */
  WEIGHTED,
  /**
   * The one with the fewest calls unanswered; of many nodes, of two drawn at random. It needs no
   * history, and notices a slow node by the first calls that it does not answer.
   */
  LEAST_REQUESTS;

  /** Its name in configuration, as {@code least-requests}. */
  public String configName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The one of that name, in any case.
   *
   * @throws ConfigurationException with {@code BAD_CONFIGURATION} if there is none
   */
  public static Balancing named(String name) {
    for (Balancing known : values()) {
      if (known.configName().equalsIgnoreCase(name.strip())) {
        return known;
      }
    }
    throw new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "balancing '%s'; there are %s"
            .formatted(
                name,
                Arrays.stream(values())
                    .map(Balancing::configName)
                    .collect(Collectors.joining(", "))));
  }
}
