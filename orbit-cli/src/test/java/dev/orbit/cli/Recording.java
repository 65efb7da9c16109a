package dev.orbit.cli;

import dev.orbit.api.address.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A way to an end that keeps what is sent to it, and can send it once more. */
final class Recording implements AutoCloseable {
  private static final int LONGEST_MILLIS = 30_000;

  private final Endpoint target;
  private final ServerSocket server;
  private final List<ByteArrayOutputStream> sent = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());

  private Recording(Endpoint target, ServerSocket server) {
    this.target = target;
    this.server = server;
  }

  static Recording of(Endpoint target) throws IOException {
    Recording recording =
        new Recording(target, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(recording::accept);
    return recording;
  }

  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", server.getLocalPort());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket here = server.accept();
        Socket there = new Socket(target.host(), target.port());
        open.addAll(List.of(here, there));
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        sent.add(kept);
        Thread.ofVirtual().start(() -> carry(here, there, kept));
        Thread.ofVirtual().start(() -> carry(there, here, OutputStream.nullOutputStream()));
      } catch (IOException e) {
        // It is closed, or the end is.
        return;
      }
    }
  }

  private static void carry(Socket from, Socket to, OutputStream kept) {
    byte[] buffer = new byte[16 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        kept.write(buffer, 0, read);
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One of the ends is closed; so is the other now.
    }
  }

  /** How much was sent to the end, by connection. */
  List<Integer> lengths() {
    synchronized (sent) {
      return sent.stream().map(ByteArrayOutputStream::size).toList();
    }
  }

  /** Sends what was sent on each connection on a new one, and waits until the end closes that. */
  void replay() throws IOException {
    List<byte[]> again;
    synchronized (sent) {
      again = sent.stream().map(ByteArrayOutputStream::toByteArray).toList();
    }
    for (byte[] bytes : again) {
      try (Socket socket = new Socket(target.host(), target.port())) {
        socket.setSoTimeout(LONGEST_MILLIS);
        socket.getOutputStream().write(bytes);
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
          // A greeting and an alert, which nobody needs.
        }

      } catch (SocketException e) {
        // Closed by the end before it had read everything.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (open) {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }
}
