package dev.orbit.testkit;

import dev.orbit.api.address.Endpoint;
import dev.orbit.testkit.net.FaultProxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The links between the nodes of a cluster: for each ordered pair a proxy for actor traffic and one
 * for Raft, through which the first reaches the second. They outlive the nodes, so that addresses
 * stay over restarts. Thread-safe.
 */
final class Links implements AutoCloseable {
  private record Way(String from, String to) {}

  private record Proxies(FaultProxy actors, FaultProxy raft) {
    List<FaultProxy> all() {
      return List.of(actors, raft);
    }
  }

  private final Map<Way, Proxies> proxies = new ConcurrentHashMap<>();

  /** Makes the ways between {@code node} and each of {@code others}. */
  void connect(ClusterNode node, Iterable<ClusterNode> others) {
    for (ClusterNode other : others) {
      if (!other.name().equals(node.name())) {
        make(node, other);
        make(other, node);
      }
    }
  }

  private void make(ClusterNode from, ClusterNode to) {
    proxies.computeIfAbsent(
        new Way(from.name(), to.name()),
        way -> new Proxies(FaultProxy.to(to.endpoint()), FaultProxy.to(to.raftEndpoint())));
  }

  Endpoint actorsOf(String from, String to) {
    return find(from, to).actors().endpoint();
  }

  Endpoint raftOf(String from, String to) {
    return find(from, to).raft().endpoint();
  }

  boolean exists(String from, String to) {
    return proxies.containsKey(new Way(from, to));
  }

  private Proxies find(String from, String to) {
    Proxies found = proxies.get(new Way(from, to));
    if (found == null) {
      throw new IllegalArgumentException("there is no link from '%s' to '%s'".formatted(from, to));
    }
    return found;
  }

  /** Does something to both ways between two nodes. */
  void between(String one, String other, Consumer<FaultProxy> what) {
    find(one, other).all().forEach(what);
    find(other, one).all().forEach(what);
  }

  /** Does something to all ways from and to a node. */
  void around(String node, Consumer<FaultProxy> what) {
    proxies.forEach(
        (way, both) -> {
          if (way.from().equals(node) || way.to().equals(node)) {
            both.all().forEach(what);
          }
        });
  }

  void everywhere(Consumer<FaultProxy> what) {
    proxies.values().forEach(both -> both.all().forEach(what));
  }

  @Override
  public void close() {
    everywhere(FaultProxy::close);
  }
}
