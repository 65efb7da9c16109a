package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopGroupTest {
  private final LoopGroup group = new LoopGroup(2, NioIoHandler.newFactory());

  @AfterEach
  void end() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void twoConnectionsOfOneEndAreOnTwoLoopsWhateverElseWasAccepted() {
    EventLoop small = group.take("a");
    EventLoop other = group.take("b");

    assertThat(group.take("a")).as("the second of a").isNotEqualTo(small);
    assertThat(group.take("b")).as("the second of b").isNotEqualTo(other);
    assertThat(other).as("of two ends").isNotEqualTo(small);
  }

  @Test
  void whatWasClosedDoesNotCount() {
    EventLoop first = group.take("a");
    EventLoop second = group.take("a");
    group.giveBack(second, "a");
    group.take("b");

    assertThat(group.take("a")).isEqualTo(second).isNotEqualTo(first);
  }

  @Test
  void connectionsThatAreAcceptedAreSpreadWhileTheyAreOpen()
      throws IOException, InterruptedException {
    BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.add(channel);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    int port = ((InetSocketAddress) server.localAddress()).getPort();
    try (Socket _ = connect(port)) {
      EventLoop first = accepted.take().eventLoop();
      for (int i = 0; i < 5; i++) {
        try (Socket _ = connect(port)) {
          Channel next = accepted.take();
          assertThat(next.eventLoop())
              .as("the only other one that is open is on the first loop")
              .isNotEqualTo(first);
          next.close().sync();
        }
      }
    }
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }
}
