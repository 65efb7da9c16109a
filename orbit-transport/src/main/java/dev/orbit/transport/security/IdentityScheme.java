package dev.orbit.transport.security;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which SPIFFE IDs are nodes.
 *
 * @param trustDomain the domain that all ends of the cluster belong to
 * @param nodePath the path of a node's ID, in which <code>{cluster}</code> and <code>{node}</code>
 *     stand once each as whole steps
 */
public record IdentityScheme(String trustDomain, String nodePath) {
  /** Says what it is and can be told from anything else of the domain. */
  public static final String DEFAULT_NODE_PATH = "/orbit/{cluster}/node/{node}";

  private static final String STEP = "[A-Za-z0-9._-]+";

  public IdentityScheme {
    try {
      var _ = new SpiffeId(trustDomain, fill(nodePath, "c", "n"));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "tls trust domain '%s' with node path '%s': %s"
              .formatted(trustDomain, nodePath, e.getMessage()),
          e);
    }
    if (!once(nodePath, "/{cluster}") || !once(nodePath, "/{node}")) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "tls node path is '%s'; allowed is a path with {cluster} and {node} once each, as %s"
              .formatted(nodePath, DEFAULT_NODE_PATH));
    }
  }

  /** With the default path. */
  public static IdentityScheme of(String trustDomain) {
    return new IdentityScheme(trustDomain, DEFAULT_NODE_PATH);
  }

  private static boolean once(String path, String step) {
    int at = path.indexOf(step);
    return at >= 0 && path.indexOf(step, at + 1) < 0;
  }

  private static String fill(String path, String cluster, String node) {
    return path.replace("{cluster}", cluster).replace("{node}", node);
  }

  /**
   * The ID of a node.
   *
   * @throws IllegalArgumentException if the node's name cannot stand in one
   */
  public SpiffeId of(NodeId node) {
    return new SpiffeId(trustDomain, fill(nodePath, node.namespace(), node.key()));
  }

  /** The node that {@code id} names; empty for a client. */
  public Optional<NodeId> node(SpiffeId id) {
    if (!id.trustDomain().equals(trustDomain)) {
      return Optional.empty();
    }
    String pattern =
        Pattern.quote(nodePath)
            .replace("{cluster}", "\\E(?<cluster>" + STEP + ")\\Q")
            .replace("{node}", "\\E(?<node>" + STEP + ")\\Q");
    Matcher matcher = Pattern.compile(pattern).matcher(id.path());
    return matcher.matches()
        ? Optional.of(new NodeId(matcher.group("node"), matcher.group("cluster")))
        : Optional.empty();
  }
}
