package dev.orbit.transport.security;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which clients may call which actor types. What no rule allows is refused. Nodes may call
 * everything: an actor acts for itself, whoever called it.
 *
 * @param rules in any order; one that allows is enough
 */
public record AccessPolicy(List<Rule> rules) {
  /** Refuses every client. */
  public static final AccessPolicy CLOSED = new AccessPolicy(List.of());

  /**
   * Allows the clients that match {@code client} to call the types that match one of {@code types}.
   *
   * @param client a SPIFFE ID or {@link PeerPrincipal#ANONYMOUS}; a {@code *} at the end stands for
   *     any rest
   * @param types names of types; a {@code *} at the end stands for any rest
   */
  public record Rule(String client, List<String> types) {
    public Rule {
      types = List.copyOf(types);
      checked("client", client);
      types.forEach(type -> checked("type", type));
      if (types.isEmpty()) {
        throw bad("types of " + client, "nothing", "at least one type");
      }
    }

    private static void checked(String what, String pattern) {
      int star = pattern.indexOf('*');
      if (pattern.isBlank() || (star >= 0 && star != pattern.length() - 1)) {
        throw bad(what, pattern, "a name, with * at the end at most");
      }
    }

    boolean allows(String name, String type) {
      return matches(client, name) && types.stream().anyMatch(allowed -> matches(allowed, type));
    }

    private static boolean matches(String pattern, String name) {
      return pattern.endsWith("*")
          ? name.startsWith(pattern.substring(0, pattern.length() - 1))
          : pattern.equals(name);
    }
  }

  public AccessPolicy {
    rules = List.copyOf(rules);
  }

  /**
   * The policy of a map from clients to types, several of them separated by {@code |}.
   *
   * @throws ConfigurationException if a pattern cannot be read
   */
  public static AccessPolicy of(Map<String, String> typesByClient) {
    List<Rule> rules = new ArrayList<>();
    typesByClient.forEach(
        (client, types) ->
            rules.add(
                new Rule(
                    client.strip(),
                    List.of(types.split("\\|")).stream().map(String::strip).toList())));
    return new AccessPolicy(rules);
  }

  /** Whether {@code caller} may call actors of that type. */
  public boolean mayCall(PeerPrincipal caller, String type) {
    return caller.isNode() || rules.stream().anyMatch(rule -> rule.allows(caller.getName(), type));
  }

  private static ConfigurationException bad(String key, String value, String allowed) {
    return new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "access: %s is '%s'; allowed: %s".formatted(key, value, allowed));
  }
}
