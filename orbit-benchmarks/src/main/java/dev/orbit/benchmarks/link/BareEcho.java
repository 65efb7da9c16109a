package dev.orbit.benchmarks.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * What the machine can do: frames with a length in front on a bare connection, by TCP or by a Unix
 * domain socket, flushed together where several are read together.
 */
final class BareEcho implements AutoCloseable {
  private static final int MAX_FRAME = 64 << 20;

  private final EventLoopGroup loop;
  private final Channel channel;

  private BareEcho(EventLoopGroup loop, Channel channel) {
    this.loop = loop;
    this.channel = channel;
  }

  private static EventLoopGroup loop() {
    return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  }

  static BareEcho listen(SocketAddress at) {
    EventLoopGroup loop = loop();
    Channel channel =
        new ServerBootstrap()
            .group(loop)
            .channel(
                isUnix(at) ? EpollServerDomainSocketChannel.class : EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    frames(accepted);
                    accepted
                        .pipeline()
                        .addLast(
                            new ChannelInboundHandlerAdapter() {
                              @Override
                              public void channelRead(ChannelHandlerContext context, Object frame) {
                                ChannelFuture _ =
                                    context.writeAndFlush(frame, context.voidPromise());
                              }
                            });
                  }
                })
            .bind(at)
            .syncUninterruptibly()
            .channel();
    return new BareEcho(loop, channel);
  }

  /** A connection; {@code answered} is run on the loop for each frame that comes back. */
  static BareEcho dial(SocketAddress to, Runnable answered) {
    EventLoopGroup loop = loop();
    Channel channel =
        new Bootstrap()
            .group(loop)
            .channel(isUnix(to) ? EpollDomainSocketChannel.class : EpollSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel opened) {
                    frames(opened);
                    opened
                        .pipeline()
                        .addLast(
                            new ChannelInboundHandlerAdapter() {
                              @Override
                              public void channelRead(ChannelHandlerContext context, Object frame) {
                                ((ByteBuf) frame).release();
                                answered.run();
                              }
                            });
                  }
                })
            .connect(to)
            .syncUninterruptibly()
            .channel();
    return new BareEcho(loop, channel);
  }

  private static boolean isUnix(SocketAddress address) {
    return address instanceof DomainSocketAddress;
  }

  private static void frames(Channel on) {
    if (on instanceof SocketChannel tcp) {
      tcp.config().setTcpNoDelay(true);
    }
    on.pipeline()
        .addLast(new FlushConsolidationHandler(256, true))
        .addLast(new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, 4));
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  void send(byte[] payload) {
    ByteBuf frame = channel.alloc().buffer(4 + payload.length);
    frame.writeInt(payload.length).writeBytes(payload);
    ChannelFuture _ = channel.writeAndFlush(frame, channel.voidPromise());
  }

  /** Runs the task on the loop, as answers are. */
  void execute(Runnable task) {
    channel.eventLoop().execute(task);
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
