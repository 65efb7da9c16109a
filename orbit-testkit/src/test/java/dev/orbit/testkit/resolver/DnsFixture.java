package dev.orbit.testkit.resolver;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.resolver.DnsNodeResolver;
import dev.orbit.transport.resolver.DnsResolverConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A zone as a cluster's DNS server writes it for a headless service. */
final class DnsFixture implements NodeResolverFixture {
  static final String SERVICE = "orbit.contract.test";

  private final SystemEnvironment environment = new SystemEnvironment();
  private final DnsTestServer server;
  private final DnsNodeResolver resolver;
  private final Map<NodeId, Endpoint> nodes = new HashMap<>();

  DnsFixture() throws IOException {
    server = new DnsTestServer();
    resolver =
        new DnsNodeResolver(
            environment,
            DnsResolverConfig.builder(NodeResolverContract.CLUSTER, SERVICE)
                .servers(List.of(server.endpoint()))
                .cacheFor(Duration.ofMillis(50), Duration.ofMillis(20))
                .build());
  }

  @Override
  public NodeResolver resolver() {
    return resolver;
  }

  DnsTestServer server() {
    return server;
  }

  @Override
  public void register(NodeId node, Endpoint endpoint) {
    nodes.put(node, endpoint);
    server.addresses(host(node), DnsTestServer.A, List.of(endpoint.host()));
    writeService();
  }

  @Override
  public void remove(NodeId node) {
    nodes.remove(node);
    server.addresses(host(node), DnsTestServer.A, List.of());
    writeService();
  }

  private void writeService() {
    server.services(
        DnsResolverConfig.DEFAULT_SRV + "." + SERVICE,
        nodes.entrySet().stream()
            .collect(Collectors.toMap(e -> host(e.getKey()), e -> e.getValue().port())));
    TreeSet<String> addresses = new TreeSet<>();
    nodes.values().forEach(endpoint -> addresses.add(endpoint.host()));
    server.addresses(SERVICE, DnsTestServer.A, List.copyOf(addresses));
  }

  private static String host(NodeId node) {
    return node.key() + "." + SERVICE;
  }

  @Override
  public void close() {
    resolver.close();
    environment.close();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
