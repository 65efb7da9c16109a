package dev.orbit.testkit.net;

import dev.orbit.api.address.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP proxy on a free port of the loopback address in front of one listener, with faults by
 * command.
 *
 * <p>A <em>cut</em> link is a black hole, as behind a broken switch: nothing passes, neither data
 * nor the end of a connection nor a new connection, and nobody is told. What was sent meanwhile
 * arrives after {@link #heal}, as TCP's repetition would bring it, unless an end has given up.
 * {@link #reset} breaks connections at once and loudly, {@link #abandon} at one end first; {@link
 * #refuse} takes no new ones. Each connection holds at most about 1 MiB a direction; past that the
 * sender is slowed, as by a full window.
 *
 * <p>Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FaultProxy.class);
  private static final int BACKLOG = 128;
  private static final Duration MAX_DELAY = Duration.ofMinutes(10);

  private final ServerSocket listener;
  private final Endpoint endpoint;
  private final LinkState link = new LinkState();
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  private volatile Endpoint target;
  private volatile boolean closed;

  private FaultProxy(ServerSocket listener, Endpoint target) {
    this.listener = listener;
    this.endpoint =
        new Endpoint(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
    this.target = target;
    this.acceptor =
        Thread.ofVirtual().name("fault-proxy-" + endpoint).unstarted(this::acceptUntilClosed);
  }

  /**
   * A proxy in front of {@code target}, which need not listen yet.
   *
   * @throws UncheckedIOException if no port is to be had
   */
  public static FaultProxy to(Endpoint target) {
    try {
      ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
      FaultProxy proxy = new FaultProxy(listener, target);
      proxy.acceptor.start();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("no port for a proxy to " + target, e);
    }
  }

  private void acceptUntilClosed() {
    while (!closed) {
      try {
        take(listener.accept());
      } catch (IOException e) {
        if (!closed) {
          log.warn("proxy={} stops taking connections: {}", endpoint, e.getMessage());
        }
        return;
      }
    }
  }

  private void take(Socket socket) {
    ProxiedConnection connection = new ProxiedConnection(link, socket, connections::remove);
    connections.add(connection);
    if (closed || link.isRefusing()) {
      connection.reset();
      return;
    }
    Thread.ofVirtual().name("fault-proxy-connect").start(() -> connection.run(target));
  }

  /** Where others connect to in place of the target. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** How many connections go through at present, those that wait for a cut link included. */
  public int connections() {
    return connections.size();
  }

  /** Sends new connections elsewhere; present ones stay. */
  public void retarget(Endpoint newTarget) {
    target = newTarget;
  }

  /** Lets nothing pass either way. */
  public void cut() {
    cut(Direction.TO_TARGET);
    cut(Direction.FROM_TARGET);
  }

  /**
   * Lets nothing pass one way; no new connection comes about either, because that takes both ways.
   */
  public void cut(Direction direction) {
    link.cut(direction);
  }

  /** Breaks all present connections at once, seen as a reset by both ends. New ones are taken. */
  public void reset() {
    for (ProxiedConnection connection : connections) {
      connection.reset();
    }
  }

  /**
   * Breaks all present connections at the end of whoever has made them. What is on its way to the
   * target still arrives there, late where the link is slow, and only then does the target notice.
   */
  public void abandon() {
    for (ProxiedConnection connection : connections) {
      connection.abandon();
    }
  }

  /**
   * Takes no new connections: they are reset as soon as they are made. (To refuse them outright the
   * port would have to be given up, and another process could take it.) Present ones stay.
   */
  public void refuse() {
    link.refuse();
  }

  /**
   * Passes everything on late.
   *
   * @param delay the least delay each way, at most 10 minutes
   * @param jitter the most by which it is exceeded, evenly distributed; order is kept
   */
  public void delay(Duration delay, Duration jitter) {
    check("delay", delay);
    check("jitter", jitter);
    link.delay(delay, jitter);
  }

  private static void check(String name, Duration value) {
    if (value.isNegative() || value.compareTo(MAX_DELAY) > 0) {
      throw new IllegalArgumentException(
          "%s %s is not within 0 to %s".formatted(name, value, MAX_DELAY));
    }
  }

  /**
   * Ends all faults: what a cut held back passes, new connections are taken, nothing is delayed.
   */
  public void heal() {
    link.heal();
  }

  /** Gives up the port, then breaks all connections. Idempotent. */
  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
      awaitPortClosed();
    } catch (IOException e) {
      log.debug("proxy={} cannot close: {}", endpoint, e.getMessage());
    }
    reset();
  }

  /**
   * The JDK closes a socket when the last thread has left it, not when it is told to: until the
   * acceptor has woken, the system goes on making connections to the port.
   */
  private void awaitPortClosed() {
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "FaultProxy[" + endpoint + " to " + target + "]";
  }
}
