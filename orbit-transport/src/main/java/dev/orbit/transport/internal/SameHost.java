package dev.orbit.transport.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The short way between processes of one host: a Unix domain socket beside each TCP port that a
 * node listens on. Its name, made of the port's address, is in the abstract namespace of Linux
 * (unix(7)): it belongs to the network namespace as the port does, and is gone with its process.
 *
 * <p>Anybody on the host may take such a name, also that of a port that is not his. So it is used
 * only where a process of the same user has it; everybody else is reached by TCP.
 *
 * <p>Thread-safe.
 */
final class SameHost {
  private static final Logger log = LoggerFactory.getLogger(SameHost.class);
  private static final String ANY = "*";

  private final EventLoopGroup loops;
  private final Duration patience;
  private final int user;

  /**
   * The short ways of this process.
   *
   * @param patience how long it may take to find one
   * @param user whose processes are trusted to have the names of their own ports
   */
  SameHost(EventLoopGroup loops, Duration patience, int user) {
    this.loops = loops;
    this.patience = patience;
    this.user = user;
  }

  /** Whose process this is; -1 where the system does not say. */
  static int user() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException e) {
      log.debug("the user of this process is not known", e);
      return -1;
    }
  }

  /** Where whoever listens on that port listens besides. */
  static DomainSocketAddress beside(InetSocketAddress bound) {
    return named(
        bound.getAddress().isAnyLocalAddress() ? ANY : text(bound.getAddress()), bound.getPort());
  }

  private static DomainSocketAddress named(String address, int port) {
    return new DomainSocketAddress("\0orbit/%s/%d".formatted(address, port));
  }

  /** The name, for people. */
  static String text(DomainSocketAddress address) {
    return address.path().substring(1);
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  /**
   * The Unix domain socket of whoever listens on that port, if that is a process of this host and
   * this user; else the port itself. Blocks for some microseconds, at most for the time given.
   */
  SocketAddress wayTo(InetSocketAddress port) {
    if (user >= 0 && isHere(port.getAddress())) {
      for (String name : List.of(text(port.getAddress()), ANY)) {
        DomainSocketAddress beside = named(name, port.getPort());
        if (isOurs(beside)) {
          return beside;
        }
      }
    }
    return port;
  }

  private static boolean isHere(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      log.debug("address={} whether it is of this host is not known", address, e);
      return false;
    }
  }

  private boolean isOurs(DomainSocketAddress address) {
    ChannelFuture connecting =
        new Bootstrap()
            .group(loops)
            .channel(EpollDomainSocketChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(address);
    Channel channel = connecting.channel();
    try {
      return connecting.await(patience.toNanos(), TimeUnit.NANOSECONDS)
          && connecting.isSuccess()
          && ((EpollDomainSocketChannel) channel).peerCredentials().uid() == user;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      log.debug("who listens beside the port is not known", e);
      return false;
    } finally {
      var _ = channel.close();
    }
  }
}
