package dev.orbit.testkit;

import dev.orbit.api.address.Endpoint;
import dev.orbit.runtime.OrbitNode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The place of a node in a test cluster, whether it runs or not. */
final class ClusterNode {
  private final String name;
  private final Endpoint endpoint = FreePorts.next();
  private final Endpoint raftEndpoint = FreePorts.next();
  private final Path directory;
  private volatile @Nullable OrbitNode running;

  ClusterNode(String name, Path directory) {
    this.name = name;
    this.directory = directory;
  }

  String name() {
    return name;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Endpoint raftEndpoint() {
    return raftEndpoint;
  }

  Path directory() {
    return directory;
  }

  Optional<OrbitNode> running() {
    return Optional.ofNullable(running);
  }

  void started(OrbitNode node) {
    running = node;
  }

  /** Takes the running node away; empty when it does not run. */
  Optional<OrbitNode> stopped() {
    OrbitNode node = running;
    running = null;
    return Optional.ofNullable(node);
  }

  void releasePorts() {
    FreePorts.release(endpoint);
    FreePorts.release(raftEndpoint);
  }
}
