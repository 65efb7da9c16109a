package dev.orbit.runtime.state;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.time.Duration;

/**
 * How to reach a PostgreSQL database, version 12 or later.
 *
 * @param url as {@code jdbc:postgresql://host/database}, with any parameters that the driver knows;
 *     {@code prepareThreshold=0} is needed behind a pooler that hands each transaction another
 *     connection
 * @param user who may create tables at the first start, and afterwards select, insert, update and
 *     delete
 * @param password may be empty, where the server or the URL asks for none
 * @param connections how many connections a node holds at most, 1 to {@value #MAX_CONNECTIONS}.
 *     Writes of many actors share a connection's transactions, so that few carry much
 * @param timeout how long to wait for a connection, and for an answer, before the store counts as
 *     down: 250 ms to 5 min
 */
public record PostgresConfig(
    String url, String user, String password, int connections, Duration timeout) {
  /** More would only compete within the server. */
  public static final int MAX_CONNECTIONS = 64;

  /** One that commits, one whose batch fills meanwhile, and two for what is slower. */
  public static final int DEFAULT_CONNECTIONS = 4;

  /** Longer than a failover of a managed server's proxy, shorter than a call's patience. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  private static final String PREFIX = "jdbc:postgresql:";
  private static final Duration SHORTEST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  public PostgresConfig {
    if (!url.startsWith(PREFIX)) {
      throw bad("url", url, "jdbc:postgresql://host:port/database");
    }
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw bad("connections", connections, "1 to " + MAX_CONNECTIONS);
    }
    if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw bad("timeout", timeout, SHORTEST + " to " + LONGEST);
    }
  }

  /** With the default number of connections and timeout. */
  public static PostgresConfig of(String url, String user, String password) {
    return new PostgresConfig(url, user, password, DEFAULT_CONNECTIONS, DEFAULT_TIMEOUT);
  }

  private static ConfigurationException bad(String field, Object value, String allowed) {
    return new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "%s of the PostgreSQL store is '%s'; allowed: %s".formatted(field, value, allowed));
  }

  /** Without the password, nor parameters of the URL that may hold one. */
  @Override
  public String toString() {
    return "PostgresConfig[%s as %s, %d connections]".formatted(address(), user, connections);
  }

  String address() {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }
}
