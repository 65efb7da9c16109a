package dev.orbit.api.address;

/**
 * Where something listens.
 *
 * @param host a host name, IPv4 address or IPv6 address without brackets
 * @param port 0 to 65535; 0 asks the system for a free port and is only good for listening
 */
public record Endpoint(String host, int port) {
  public Endpoint {
    if (host.isBlank()) {
      throw new IllegalArgumentException("endpoint: the host is empty");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "endpoint: port %d is not within 0 to 65535".formatted(port));
    }
  }

  /**
   * Reads {@code host:port}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "'%s' is not an endpoint; expected host:port".formatted(text));
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' is not an endpoint; the port after the last colon is not a number".formatted(text),
          e);
    }
  }

  /** {@code host:port}, an IPv6 address in brackets; what {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
