package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose socket it is decides whether it is used. */
class SameHostUsersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Nothing but the name is taken, so that the port needs to be of nobody. */
  private static final InetSocketAddress PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private EventLoopGroup loops;
  private Channel listening;

  @BeforeEach
  void listen() throws InterruptedException {
    assumeTrue(Epoll.isAvailable(), "needs the epoll of Linux");
    loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    listening =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(new ChannelInboundHandlerAdapter())
            .bind(SameHost.beside(PORT))
            .sync()
            .channel();
  }

  @AfterEach
  void close() {
    if (loops != null) {
      listening.close().syncUninterruptibly();
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void usesTheSocketOfAProcessOfTheSameUser() {
    SameHost ours = new SameHost(loops, PATIENCE, SameHost.user());

    assertThat(ours.wayTo(PORT)).isEqualTo(SameHost.beside(PORT));
  }

  @Test
  void goesByThePortWhereAnotherUserHasTheName() {
    SameHost others = new SameHost(loops, PATIENCE, SameHost.user() + 1);

    assertThat(others.wayTo(PORT)).isEqualTo(PORT);
  }

  @Test
  void goesByThePortWhereNobodyHasTheNameOrTheAddressIsNotOfThisHost() {
    SameHost ours = new SameHost(loops, PATIENCE, SameHost.user());
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    // RFC 5737: of no host.
    InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 1);

    assertThat(ours.wayTo(nobody)).isEqualTo(nobody);
    assertThat(ours.wayTo(elsewhere)).isEqualTo(elsewhere);
  }
}
