package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.NAME;
import static dev.orbit.transport.TestCluster.QUICK;
import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.id;
import static dev.orbit.transport.TestCluster.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes of one host connect by Unix domain sockets, and by TCP where that cannot be. */
class SameHostIT {
  private static final TransportConfig ON =
      TransportConfig.builder(QUICK).unixSockets(true).build();
  private static final TransportConfig OFF =
      TransportConfig.builder(QUICK).unixSockets(false).build();
  private static final String BESIDE = "this host";

  private final TestCluster cluster = new TestCluster();

  @BeforeEach
  void onlyWhereTheyAre() {
    assumeTrue(Epoll.isAvailable(), "needs the epoll of Linux");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void goesBesideThePortToANodeOfThisHost() throws Exception {
    cluster.node("b", ON, 0, tellsWhereCallsComeFrom());

    assertThat(wayFrom(cluster.client(ON, NAME))).isEqualTo(BESIDE);
  }

  @Test
  void findsANodeThatListensOnAllAddresses() throws Exception {
    Transport all =
        cluster.node(
            NodeIdentity.node(NAME, id("b"), () -> 7, new Endpoint("0.0.0.0", 0)),
            ON,
            tellsWhereCallsComeFrom());
    cluster.locate(id("b"), new Endpoint("127.0.0.1", all.listening().orElseThrow().port()));

    assertThat(wayFrom(cluster.client(ON, NAME))).isEqualTo(BESIDE);
  }

  @Test
  void goesByThePortWhereEitherEndWantsThat() throws Exception {
    cluster.node("b", ON, 0, tellsWhereCallsComeFrom());
    assertThat(wayFrom(cluster.client(OFF, NAME))).contains("127.0.0.1:");

    cluster.node("b", OFF, 0, tellsWhereCallsComeFrom());
    assertThat(wayFrom(cluster.client(ON, NAME))).contains("127.0.0.1:");
  }

  @Test
  void comesBackBesideThePortAfterTheNodeDid() throws Exception {
    Transport first = cluster.node("b", ON, 0, tellsWhereCallsComeFrom());
    int port = first.listening().orElseThrow().port();
    assertThat(wayFrom(cluster.client(ON, NAME))).isEqualTo(BESIDE);
    first.close();

    cluster.node("b", ON, port, tellsWhereCallsComeFrom());

    assertThat(wayFrom(cluster.client(ON, NAME))).isEqualTo(BESIDE);
  }

  @Test
  void doesNotStartWhereAnotherProcessWouldBeAskedInItsPlace() throws Exception {
    int port = freePort();
    EventLoopGroup other = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      new ServerBootstrap()
          .group(other)
          .channel(EpollServerDomainSocketChannel.class)
          .childHandler(new ChannelInboundHandlerAdapter())
          .bind(new DomainSocketAddress("\0orbit/127.0.0.1/" + port))
          .sync();

      assertThatThrownBy(() -> cluster.node("b", ON, port, tellsWhereCallsComeFrom()))
          .isInstanceOfSatisfying(
              ConfigurationException.class,
              refused -> {
                assertThat(refused.code()).isEqualTo(ErrorCode.PORT_IN_USE);
                assertThat(refused.description())
                    .contains("@orbit/127.0.0.1/" + port, "unixSockets");
              });
      // And it has let go of the port.
      cluster.node("c", OFF, port, tellsWhereCallsComeFrom());
    } finally {
      other.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static MessageHandler tellsWhereCallsComeFrom() {
    return (message, replies) ->
        replies.reply(
            message.id(),
            new Content.InvocationResponse(""),
            new Payload(1, replies.remoteAddress().getBytes(StandardCharsets.UTF_8)));
  }

  private static String wayFrom(Transport client) throws Exception {
    return text(answerOf(client.request(id("b"), call(""))));
  }
}
