package dev.orbit.benchmarks.link;

import dev.orbit.api.address.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A way to an end over which everything takes a while longer, and any number of bytes are under way
 * at once: unlike the proxy of the fault tests, which bounds them, so that the bound of what is
 * measured shows and not the proxy's.
 */
final class Delay implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;

  private final ServerSocket server;
  private final Endpoint target;
  private final long nanos;

  private record Piece(byte[] bytes, long due) {}

  private Delay(ServerSocket server, Endpoint target, long nanos) {
    this.server = server;
    this.target = target;
    this.nanos = nanos;
  }

  /**
   * A way there.
   *
   * @param millis by how much it is longer, each way
   */
  static Delay to(Endpoint target, int millis) throws IOException {
    Delay delay =
        new Delay(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            target,
            TimeUnit.MILLISECONDS.toNanos(millis));
    Thread.ofVirtual().start(delay::accept);
    return delay;
  }

  /** Where it begins. */
  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", server.getLocalPort());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket here = server.accept();
        Socket there = new Socket(target.host(), target.port());
        carry(here, there);
        carry(there, here);
      } catch (IOException e) {
        // It is closed, or the end is.
        return;
      }
    }
  }

  private void carry(Socket from, Socket to) {
    LinkedBlockingQueue<Piece> underWay = new LinkedBlockingQueue<>();
    Thread.ofVirtual().start(() -> read(from, underWay));
    Thread.ofVirtual().start(() -> write(to, underWay));
  }

  private void read(Socket from, LinkedBlockingQueue<Piece> underWay) {
    byte[] buffer = new byte[CHUNK];
    try (InputStream in = from.getInputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        underWay.add(new Piece(Arrays.copyOf(buffer, read), System.nanoTime() + nanos));
      }
    } catch (IOException e) {
      // The end is closed.
    }
    underWay.add(new Piece(new byte[0], System.nanoTime()));
  }

  private static void write(Socket to, LinkedBlockingQueue<Piece> underWay) {
    try (OutputStream out = to.getOutputStream()) {
      for (Piece piece = underWay.take(); piece.bytes.length > 0; piece = underWay.take()) {
        for (long left = piece.due - System.nanoTime();
            left > 0;
            left = piece.due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        out.write(piece.bytes);
      }
    } catch (IOException e) {
      // The end is closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
