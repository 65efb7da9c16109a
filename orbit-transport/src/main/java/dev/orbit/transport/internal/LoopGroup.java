package dev.orbit.transport.internal;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Event loops that take an accepted connection where there are fewest from the same end, and among
 * those where there are fewest at all. In turn the two connections of a peer, of which one carries
 * large payloads, would share a loop as often as not: what is small then waits for what is large.
 * Thread-safe.
 */
final class LoopGroup extends MultiThreadIoEventLoopGroup {
  private static final class Accepted {
    final Map<Object, Integer> byEnd = new HashMap<>();
    int all;

    int from(Object end) {
      return byEnd.getOrDefault(end, 0);
    }

    void count(Object end, int more) {
      all += more;
      byEnd.merge(end, more, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  /** What is open on each. Guarded by itself. */
  private final Map<EventLoop, Accepted> accepted = new LinkedHashMap<>();

  LoopGroup(int threads, IoHandlerFactory handlers) {
    super(threads, new DefaultThreadFactory("orbit-io", true), handlers);
    forEach(loop -> accepted.put((EventLoop) loop, new Accepted()));
  }

  @Override
  public ChannelFuture register(Channel channel) {
    if (channel.parent() == null) {
      return super.register(channel);
    }
    Object end = endOf(channel);
    EventLoop loop = take(end);
    channel.closeFuture().addListener(_ -> giveBack(loop, end));
    return loop.register(channel);
  }

  EventLoop take(Object end) {
    synchronized (accepted) {
      Map.Entry<EventLoop, Accepted> best =
          accepted.entrySet().stream()
              .min(
                  Comparator.comparingInt(
                          (Map.Entry<EventLoop, Accepted> each) -> each.getValue().from(end))
                      .thenComparingInt(each -> each.getValue().all))
              .orElseThrow();
      best.getValue().count(end, 1);
      return best.getKey();
    }
  }

  void giveBack(EventLoop loop, Object end) {
    synchronized (accepted) {
      Objects.requireNonNull(accepted.get(loop)).count(end, -1);
    }
  }

  /**
   * Who is there, as far as can be told before a word was said: a host, or a process of this one.
   */
  private static Object endOf(Channel channel) {
    if (channel instanceof EpollDomainSocketChannel local) {
      try {
        return local.peerCredentials().pid();
      } catch (IOException gone) {
        return -1;
      }
    }
    SocketAddress address = channel.remoteAddress();
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress()
        : "";
  }
}
