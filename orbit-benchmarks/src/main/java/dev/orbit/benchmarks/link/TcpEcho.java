package dev.orbit.benchmarks.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * What the machine can do: frames with a length in front on a bare TCP connection, flushed together
 * where several are read together.
 */
final class TcpEcho implements AutoCloseable {
  private static final int MAX_FRAME = 64 << 20;

  private final EventLoopGroup loop;
  private final Channel channel;

  private TcpEcho(EventLoopGroup loop, Channel channel) {
    this.loop = loop;
    this.channel = channel;
  }

  private static EventLoopGroup loop() {
    return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  }

  static TcpEcho listen() {
    EventLoopGroup loop = loop();
    Channel channel =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel accepted) {
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
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    return new TcpEcho(loop, channel);
  }

  /** A connection; {@code answered} is run on the loop for each frame that comes back. */
  static TcpEcho dial(int port, Runnable answered) {
    EventLoopGroup loop = loop();
    Channel channel =
        new Bootstrap()
            .group(loop)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel opened) {
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
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .syncUninterruptibly()
            .channel();
    return new TcpEcho(loop, channel);
  }

  private static void frames(SocketChannel on) {
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
