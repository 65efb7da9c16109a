package dev.orbit.transport.resolver;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names that are asked for. */
final class DnsNames {
  private static final int MAX_LENGTH = 253;
  private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
  private static final Pattern NAME =
      Pattern.compile(LABEL + "(\\." + LABEL + ")*", Pattern.CASE_INSENSITIVE);
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");

  private DnsNames() {}

  /** Whether the DNS can have a host or service of that name. */
  static boolean isName(String text) {
    return text.length() <= MAX_LENGTH && NAME.matcher(text).matches();
  }

  /** In the one spelling that names are compared in: small letters, no dot at the end. */
  static String plain(String name) {
    String small = name.strip().toLowerCase(Locale.ROOT);
    return small.endsWith(".") ? small.substring(0, small.length() - 1) : small;
  }

  /** The name of a node within a service; empty if it cannot be one. */
  static Optional<String> host(String node, String service) {
    String host = plain(node + "." + service);
    return isName(host) ? Optional.of(host) : Optional.empty();
  }

  /**
   * The plain name of a service.
   *
   * @throws IllegalArgumentException if it is no full name
   */
  static String service(String text) {
    String name = plain(text);
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "service is '%s', which is no name of the DNS; expected one as orbit.example.com"
              .formatted(text));
    }
    if (ADDRESS.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "service is '%s', which is an address; a service is found by its name".formatted(text));
    }
    if (name.indexOf('.') < 0) {
      throw new IllegalArgumentException(
          ("service is '%s', a short name, and short names are not looked up, because what they"
                  + " stand for depends on the machine; write the full name, as"
                  + " %s.default.svc.cluster.local in Kubernetes")
              .formatted(text, name));
    }
    return name;
  }
}
