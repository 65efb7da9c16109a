package dev.orbit.testkit.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.resolver.DnsNodeResolver;
import dev.orbit.transport.resolver.DnsResolverConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DnsNodeResolverIT implements NodeResolverContract {
  private static final NodeId A = new NodeId("a", CLUSTER);

  @Override
  public NodeResolverFixture fixture() throws IOException {
    return new DnsFixture();
  }

  @Test
  void readsAnAnswerThatIsTooLongForADatagram() throws IOException {
    try (DnsFixture fixture = new DnsFixture()) {
      List<NodeId> nodes =
          IntStream.range(0, 40).mapToObj(i -> new NodeId("member" + i, CLUSTER)).toList();
      nodes.forEach(node -> fixture.register(node, new Endpoint("192.0.2.7", 7400)));

      assertThat(nodes)
          .allSatisfy(node -> assertThat(fixture.resolver().resolveNode(node)).isPresent());
      assertThat(fixture.server().answersByTcp()).isPositive();
    }
  }

  @Test
  void findsANodeByItsLongAddressAndAFixedPort() throws IOException {
    try (DnsTestServer server = new DnsTestServer();
        SystemEnvironment environment = new SystemEnvironment();
        DnsNodeResolver resolver =
            new DnsNodeResolver(
                environment,
                DnsResolverConfig.builder(CLUSTER, DnsFixture.SERVICE)
                    .servers(List.of(server.endpoint()))
                    .port(7400)
                    .build())) {
      server.addresses("a." + DnsFixture.SERVICE, DnsTestServer.AAAA, List.of("2001:db8::7"));

      Endpoint endpoint = resolver.resolveNode(A).orElseThrow();

      assertThat(InetAddress.ofLiteral(endpoint.host()))
          .isEqualTo(InetAddress.ofLiteral("2001:db8::7"));
      assertThat(endpoint.port()).isEqualTo(7400);
    }
  }

  @Test
  void asksTheNextServerWhenOneFails() throws IOException {
    try (DnsTestServer bad = new DnsTestServer();
        DnsTestServer good = new DnsTestServer();
        SystemEnvironment environment = new SystemEnvironment();
        DnsNodeResolver resolver =
            new DnsNodeResolver(
                environment,
                DnsResolverConfig.builder(CLUSTER, DnsFixture.SERVICE)
                    .servers(List.of(bad.endpoint(), good.endpoint()))
                    .port(7400)
                    .build())) {
      bad.fail();
      good.addresses("a." + DnsFixture.SERVICE, DnsTestServer.A, List.of("192.0.2.7"));

      assertThat(resolver.resolveNode(A)).contains(new Endpoint("192.0.2.7", 7400));
    }
  }

  @Test
  void aServerThatSaysNothingIsAnErrorThatNamesItAndComesSoon() throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress(loopback, 0));
        SystemEnvironment environment = new SystemEnvironment();
        DnsNodeResolver resolver =
            new DnsNodeResolver(
                environment,
                DnsResolverConfig.builder(CLUSTER, DnsFixture.SERVICE)
                    .servers(List.of(new Endpoint("127.0.0.1", silent.getLocalPort())))
                    .timeout(Duration.ofMillis(100))
                    .attempts(2)
                    .build())) {
      long before = System.nanoTime();

      assertThatThrownBy(() -> resolver.resolveNode(A))
          .isInstanceOf(NotExecutedException.class)
          .hasMessageContaining("127.0.0.1:" + silent.getLocalPort())
          .hasMessageContaining(DnsFixture.SERVICE);
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
    }
  }
}
