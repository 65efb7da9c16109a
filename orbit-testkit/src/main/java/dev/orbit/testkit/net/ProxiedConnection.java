package dev.orbit.testkit.net;

import dev.orbit.api.address.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection through a proxy: for each direction a reader that fills a bounded queue and a
 * writer that empties it when the link allows. The end of a stream and a reset stand in the queue
 * like data, so that a cut or slow link hides or delays them too.
 */
final class ProxiedConnection {
  private static final Logger log = LoggerFactory.getLogger(ProxiedConnection.class);
  private static final int PIECE_BYTES = 16 * 1024;
  private static final int MAX_PIECES = 64;
  private static final int CONNECT_MILLIS = 5_000;

  private final LinkState link;
  private final Socket near;
  private final Socket far = new Socket();
  private final Consumer<ProxiedConnection> onEnd;
  private final AtomicBoolean alive = new AtomicBoolean(true);
  private final AtomicInteger finished = new AtomicInteger();
  private volatile boolean abandoned;

  private sealed interface Piece {
    long due();

    record Bytes(long due, byte[] bytes) implements Piece {}

    record End(long due) implements Piece {}

    record Broken(long due) implements Piece {}
  }

  ProxiedConnection(LinkState link, Socket near, Consumer<ProxiedConnection> onEnd) {
    this.link = link;
    this.near = near;
    this.onEnd = onEnd;
  }

  /**
   * Connects to the target when the link allows, and passes on until both ends have closed. Blocks.
   */
  void run(Endpoint target) {
    try {
      if (!link.awaitOpen(alive::get)) {
        return;
      }
      if (link.isRefusing()) {
        reset();
        return;
      }
      far.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
      far.setTcpNoDelay(true);
      near.setTcpNoDelay(true);
    } catch (IOException e) {
      log.debug("proxy target={} cannot connect: {}", target, e.getMessage());
      reset();
      return;
    } catch (InterruptedException e) {
      reset();
      return;
    }
    if (!alive.get()) {
      closeHard(far);
      return;
    }
    pump(near, far, Direction.TO_TARGET);
    pump(far, near, Direction.FROM_TARGET);
  }

  private void pump(Socket from, Socket to, Direction direction) {
    BlockingQueue<Piece> queue = new ArrayBlockingQueue<>(MAX_PIECES);
    Thread.ofVirtual().name("fault-proxy-reader").start(() -> read(from, queue));
    Thread.ofVirtual().name("fault-proxy-writer").start(() -> write(queue, to, direction));
  }

  private void read(Socket from, BlockingQueue<Piece> queue) {
    byte[] buffer = new byte[PIECE_BYTES];
    long lastDue = Long.MIN_VALUE;
    try {
      while (alive.get()) {
        Piece piece;
        try {
          int count = from.getInputStream().read(buffer);
          // Jitter must not reorder a stream.
          lastDue = lastDue == Long.MIN_VALUE ? link.dueTime() : later(lastDue, link.dueTime());
          piece =
              count < 0
                  ? new Piece.End(lastDue)
                  : new Piece.Bytes(lastDue, Arrays.copyOf(buffer, count));
        } catch (IOException e) {
          piece = new Piece.Broken(link.dueTime());
        }
        while (alive.get() && !queue.offer(piece, 100, TimeUnit.MILLISECONDS)) {
          // The queue is full: the bound is what slows the sender.
        }
        if (!(piece instanceof Piece.Bytes)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      reset();
    }
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }

  private void write(BlockingQueue<Piece> queue, Socket to, Direction direction) {
    try {
      while (alive.get()) {
        Piece piece = queue.poll(100, TimeUnit.MILLISECONDS);
        if (piece == null) {
          continue;
        }
        if (!link.awaitPassage(direction, piece.due(), alive::get)) {
          return;
        }
        switch (piece) {
          case Piece.Bytes(long _, byte[] bytes) -> to.getOutputStream().write(bytes);
          case Piece.End(long _) -> {
            to.shutdownOutput();
            if (finished.incrementAndGet() == 2) {
              end(false);
            }
            return;
          }
          case Piece.Broken(long _) -> {
            reset();
            return;
          }
        }
      }
    } catch (IOException | InterruptedException e) {
      // Nobody is left to write to, while the other direction still has something to bring.
      if (direction != Direction.FROM_TARGET || !abandoned) {
        reset();
      }
    }
  }

  /** Breaks the connection at the end that has made it; what came from there goes on. */
  void abandon() {
    abandoned = true;
    closeHard(near);
  }

  /** Breaks the connection at both ends at once, whatever the link does. */
  void reset() {
    end(true);
  }

  private void end(boolean hard) {
    if (!alive.compareAndSet(true, false)) {
      return;
    }
    for (Socket socket : new Socket[] {near, far}) {
      if (hard) {
        closeHard(socket);
      } else {
        close(socket);
      }
    }
    link.wake();
    onEnd.accept(this);
  }

  private static void closeHard(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
    } catch (SocketException e) {
      log.debug("proxy cannot set linger: {}", e.getMessage());
    }
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("proxy cannot close: {}", e.getMessage());
    }
  }
}
