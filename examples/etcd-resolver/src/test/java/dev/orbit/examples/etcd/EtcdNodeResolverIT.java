package dev.orbit.examples.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.testkit.resolver.NodeResolverContract;
import dev.orbit.testkit.resolver.NodeResolverFixture;
import dev.orbit.transport.env.SystemEnvironment;
import io.etcd.jetcd.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdNodeResolverIT implements NodeResolverContract {
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(2);
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final AtomicInteger prefixes = new AtomicInteger();

  @TempDir private static Path directory;
  private static SystemEnvironment environment;
  private static EtcdServer server;

  @BeforeAll
  static void start() throws IOException {
    boolean required = Boolean.getBoolean("orbit.faults.required");
    assumeTrue(
        required || EtcdServer.isInstalled(),
        "skipped, as this machine has no etcd (package etcd-server)");
    environment = new SystemEnvironment();
    server = EtcdServer.start(directory);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
      environment.close();
    }
  }

  // region: contract
  /** As the nodes of a cluster have it, with registrations that live until they are removed. */
  private static final class Fixture implements NodeResolverFixture {
    private final String prefix = "/test/" + prefixes.incrementAndGet();
    private final Client client = Client.builder().endpoints(server.endpoint()).build();
    private final EtcdNodeResolver resolver =
        new EtcdNodeResolver(client, prefix, environment.virtualThreads());
    private final Map<NodeId, EtcdRegistration> registered = new HashMap<>();

    @Override
    public NodeResolver resolver() {
      return resolver;
    }

    @Override
    public void register(NodeId node, Endpoint endpoint) {
      EtcdRegistration before =
          registered.put(
              node,
              new EtcdRegistration(environment, client, prefix, node, endpoint, TIME_TO_LIVE));
      if (before != null) {
        before.close();
      }
    }

    @Override
    public void remove(NodeId node) {
      registered.remove(node).close();
    }

    @Override
    public void close() {
      registered.values().forEach(EtcdRegistration::close);
      resolver.close();
      client.close();
    }
  }

  @Override
  public NodeResolverFixture fixture() {
    return new Fixture();
  }

  // endregion

  @Test
  void aNodeThatEtcdForgotRegistersAgain() throws Exception {
    NodeId node = new NodeId("a", "shop");
    Endpoint where = new Endpoint("10.0.0.1", 7400);
    try (Fixture here = new Fixture()) {
      here.register(node, where);
      long lease =
          here.client
              .getKVClient()
              .get(EtcdNodeResolver.bytes(EtcdNodeResolver.key(here.prefix, node)))
              .get()
              .getKvs()
              .getFirst()
              .getLease();

      here.client.getLeaseClient().revoke(lease).get();

      await()
          .atMost(BOUND)
          .until(() -> here.resolver().resolveNode(node).equals(Optional.of(where)));
    }
  }

  @Test
  void aRegistrationOutlivesItsTimeToLiveAndAVanishedNodeDoesNot() {
    NodeId staying = new NodeId("a", "shop");
    NodeId vanishing = new NodeId("b", "shop");
    Endpoint where = new Endpoint("10.0.0.1", 7400);
    Fixture here = new Fixture();
    Client there = Client.builder().endpoints(server.endpoint()).build();
    // Its process ends without a word: nobody renews.
    SystemEnvironment doomed = new SystemEnvironment();
    List<NodeId> told = new CopyOnWriteArrayList<>();
    try (here) {
      here.register(staying, where);
      var _ = new EtcdRegistration(doomed, there, here.prefix, vanishing, where, TIME_TO_LIVE);
      assertThat(here.resolver().resolveNode(vanishing)).contains(where);
      here.resolver().onChange(told::add);

      doomed.close();

      await()
          .atMost(BOUND)
          .until(() -> here.resolver().resolveNode(vanishing).equals(Optional.empty()));
      await().atMost(BOUND).until(() -> told.contains(vanishing));
      assertThat(here.resolver().resolveNode(staying)).contains(where);
    } finally {
      there.close();
    }
  }
}
