package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.internal.tls.Tls;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of one transport, and how channels and servers are set up. Epoll where the native
 * library is there, because it saves two fifths of the processor time of small messages; NIO
 * elsewhere.
 */
final class NettyIo {
  /**
   * So much may wait in gRPC for the network before a stream counts as not ready: enough to keep it
   * busy between two wakes.
   */
  static final int READY_BYTES = 128 * 1024;

  private static final int MOST_LOOPS = 8;

  /**
   * How often the operating system repeats an unanswered probe, and how many fail before the
   * connection is broken.
   */
  private static final int TCP_PROBE_SECONDS = 5;

  private static final int TCP_PROBES = 3;

  private static final int MAX_METADATA_BYTES = 16 * 1024;

  // What a hostile peer may do on one connection before it is cut off.
  private static final int MAX_CALLS_PER_CONNECTION = 256;
  private static final int MAX_RESETS = 200;
  private static final int RESETS_WINDOW_SECONDS = 30;
  private static final int LEAST_KEEP_ALIVE_SECONDS = 5;
  private static final int MAX_IDLE_MINUTES = 5;

  private final TransportConfig config;
  private final Executor virtualThreads;
  private final @Nullable Tls tls;
  private final EventLoopGroup loops;
  private final boolean epoll;
  private final @Nullable SameHost sameHost;
  private final List<Loop> all = new ArrayList<>();
  private final List<Compressor> compressors = new ArrayList<>();
  private final Map<Loop, EventLoop> byLoop = new HashMap<>();
  private final AtomicInteger turn = new AtomicInteger();

  /** Channels that may still be busy closing. Guarded by itself. */
  private final List<ManagedChannel> channels = new ArrayList<>();

  private boolean closed;

  /** Without TLS where it is null. */
  NettyIo(
      TransportConfig config,
      Executor virtualThreads,
      @Nullable Tls tls,
      Counters counters,
      LongSupplier clock) {
    this.config = config;
    this.tls = tls;
    this.virtualThreads = virtualThreads;
    this.epoll = Epoll.isAvailable();
    int processors = Runtime.getRuntime().availableProcessors();
    boolean eager = config.eagerLoops() && EagerWait.pays(processors, CpuQuota.isSet());
    IoHandlerFactory handlers = epoll ? epollHandlers(eager, clock) : NioIoHandler.newFactory();
    this.loops = new LoopGroup(Math.min(processors, MOST_LOOPS), handlers);
    this.sameHost =
        epoll && config.unixSockets()
            ? new SameHost(loops, config.connectTimeout(), SameHost.user())
            : null;
    loops.forEach(
        executor -> {
          Compressor compressor = new Compressor(config.compression(), counters, clock);
          compressors.add(compressor);
          // A loop looks for tasks whose time has come once in each turn, after it has read.
          Executor afterReads =
              task -> {
                var _ = executor.schedule(task, 1, TimeUnit.NANOSECONDS);
              };
          Loop loop = new Loop(executor, afterReads, executor::inEventLoop, compressor, counters);
          byLoop.put(loop, (EventLoop) executor);
          all.add(loop);
        });
  }

  private static IoHandlerFactory epollHandlers(boolean eager, LongSupplier clock) {
    if (!eager) {
      return EpollIoHandler.newFactory();
    }
    AtomicBoolean looking = new AtomicBoolean();
    return EpollIoHandler.newFactory(0, () -> new EagerWait(looking, clock));
  }

  /** The loops in turn, for whoever dials: all its streams run on the one that it took. */
  Loop nextLoop() {
    return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
  }

  /** Another loop than that one, where there is more than one; always the same. */
  Loop besides(Loop loop) {
    return all.get((all.indexOf(loop) + 1) % all.size());
  }

  /**
   * The loop that runs the caller, a listener of a stream.
   *
   * @throws IllegalStateException if the caller is none
   */
  Loop currentLoop() {
    for (Loop loop : all) {
      if (loop.isCurrent()) {
        return loop;
      }
    }
    throw new IllegalStateException("not called by a listener of a stream");
  }

  /** The short way between processes of this host, where there is one. */
  Optional<SameHost> sameHost() {
    return Optional.ofNullable(sameHost);
  }

  /**
   * A channel over TCP.
   *
   * @throws IllegalStateException after {@link #close}
   */
  ManagedChannel channel(InetSocketAddress address, Loop loop) {
    return channel(address, address, loop);
  }

  /**
   * A channel for one connection by the shortest way to what listens on that port; blocks for as
   * long as it takes to find that.
   *
   * @throws IllegalStateException after {@link #close}
   */
  ManagedChannel nearestChannel(InetSocketAddress address, Loop loop) {
    SameHost shortcut = sameHost;
    SocketAddress way = shortcut == null ? address : shortcut.wayTo(address);
    return channel(way, address, loop);
  }

  private ManagedChannel channel(SocketAddress way, InetSocketAddress address, Loop loop) {
    synchronized (channels) {
      if (closed) {
        throw new IllegalStateException("the transport is closed");
      }
      channels.removeIf(ManagedChannel::isTerminated);
      ManagedChannel channel = build(way, address, loop);
      channels.add(channel);
      return channel;
    }
  }

  private ManagedChannel build(SocketAddress way, InetSocketAddress address, Loop loop) {
    boolean tcp = way instanceof InetSocketAddress;
    Class<? extends io.netty.channel.Channel> type =
        epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(way)
            .eventLoopGroup(Objects.requireNonNull(byLoop.get(loop)))
            .channelType(tcp ? type : EpollDomainSocketChannel.class, way.getClass())
            .directExecutor()
            .offloadExecutor(virtualThreads)
            // Retries would keep a copy of every message; what is repeated is decided for each
            // message, not here.
            .disableRetry()
            // Nodes talk directly: a proxy that the environment names is for the outside world.
            .proxyDetector(target -> null)
            .maxInboundMessageSize(FrameMarshaller.hardLimit(config.maxMessageBytes()))
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis());
    if (tls == null) {
      builder.usePlaintext();
    } else {
      builder.sslContext(tls.client());
    }
    if (!config.keepAliveInterval().isZero()) {
      builder
          .keepAliveTime(config.keepAliveInterval().toNanos(), TimeUnit.NANOSECONDS)
          .keepAliveTimeout(config.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
          .keepAliveWithoutCalls(true);
    }
    if (config.adaptiveWindow()) {
      builder.initialFlowControlWindow(config.flowControlWindow());
    } else {
      builder.flowControlWindow(config.flowControlWindow());
    }
    builder.withOption(ChannelOption.RECVBUF_ALLOCATOR, reads());
    if (tcp) {
      tcpKeepAlive(builder::withOption);
    } else {
      // gRPC sets it for every channel; without a value it is taken out again.
      builder.withOption(ChannelOption.SO_KEEPALIVE, null);
      builder.overrideAuthority(authority(address));
    }
    return builder.build();
  }

  /**
   * One read in each turn of the loop, so that what it brought is answered before the next one.
   * Reading on as long as there is something would have each end wait while the other one works.
   */
  private static RecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1);
  }

  private static String authority(InetSocketAddress address) {
    String host = address.getHostString();
    return (host.indexOf(':') < 0 ? "%s:%d" : "[%s]:%d").formatted(host, address.getPort());
  }

  /** The channel, closed to every server but that node. */
  Channel expecting(NodeId node, ManagedChannel channel) {
    return tls == null ? channel : ClientInterceptors.intercept(channel, tls.expecting(node));
  }

  /** The channel, closed to every server that is no node. */
  Channel expectingANode(ManagedChannel channel) {
    return tls == null ? channel : ClientInterceptors.intercept(channel, tls.expectingANode());
  }

  /** What TLS there is. */
  @Nullable Tls tls() {
    return tls;
  }

  /** A server that has no services yet. Its streams run on the event loops. */
  NettyServerBuilder server(SocketAddress address) {
    boolean tcp = address instanceof InetSocketAddress;
    Class<? extends ServerChannel> type =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .channelType(tcp ? type : EpollServerDomainSocketChannel.class)
            .directExecutor()
            .maxInboundMessageSize(FrameMarshaller.hardLimit(config.maxMessageBytes()))
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .maxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
            .maxConnectionIdle(MAX_IDLE_MINUTES, TimeUnit.MINUTES)
            .handshakeTimeout(config.connectTimeout().toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveTime(LEAST_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    if (tls != null) {
      builder.sslContext(tls.server()).intercept(tls.gate());
    }
    if (!config.keepAliveInterval().isZero()) {
      builder
          .keepAliveTime(config.keepAliveInterval().toNanos(), TimeUnit.NANOSECONDS)
          .keepAliveTimeout(config.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS);
    }
    if (config.adaptiveWindow()) {
      builder.initialFlowControlWindow(config.flowControlWindow());
    } else {
      builder.flowControlWindow(config.flowControlWindow());
    }
    builder.withChildOption(ChannelOption.RECVBUF_ALLOCATOR, reads());
    if (tcp) {
      tcpKeepAlive(builder::withChildOption);
    } else {
      builder.withChildOption(ChannelOption.SO_KEEPALIVE, null);
    }
    return builder;
  }

  private void tcpKeepAlive(BiConsumer<ChannelOption<Integer>, Integer> options) {
    int idle = Math.toIntExact(Math.max(1, config.tcpKeepAlive().toSeconds()));
    if (epoll) {
      options.accept(EpollChannelOption.TCP_KEEPIDLE, idle);
      options.accept(EpollChannelOption.TCP_KEEPINTVL, TCP_PROBE_SECONDS);
      options.accept(EpollChannelOption.TCP_KEEPCNT, TCP_PROBES);
    } else {
      options.accept(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idle);
      options.accept(
          NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), TCP_PROBE_SECONDS);
      options.accept(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), TCP_PROBES);
    }
  }

  /** Closes what channels are left, and ends the event loops. Servers have been closed before. */
  void close() {
    List<ManagedChannel> left;
    synchronized (channels) {
      closed = true;
      left = List.copyOf(channels);
    }
    left.forEach(ManagedChannel::shutdownNow);
    try {
      for (ManagedChannel channel : left) {
        if (!channel.awaitTermination(1, TimeUnit.SECONDS)) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (tls != null) {
      tls.close();
    }
    boolean over =
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    if (over) {
      // Not under the hands of a loop that still runs.
      compressors.forEach(Compressor::close);
    }
  }
}
