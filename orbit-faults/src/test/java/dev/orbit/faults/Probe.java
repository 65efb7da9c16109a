package dev.orbit.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * A process that looks at its host and says what it sees: it echoes bytes on a port, and for each
 * line that it is told answers with one. Arguments: its address and its directory.
 */
final class Probe {
  static final int PORT = 7000;

  private Probe() {}

  public static void main(String[] arguments) throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(arguments[0], PORT));
    Thread.ofPlatform().daemon().start(() -> echo(server));
    Path file = Path.of(arguments[1], "file");
    // The first question takes long.
    MonotonicClock.nanos();
    System.out.println("ready");
    try (BufferedReader input =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        String[] words = line.split(" ");
        System.out.println(words[0] + " " + answer(words, channel));
      }
    }
  }

  private static String answer(String[] words, FileChannel channel) {
    try {
      return switch (words[1]) {
        case "rtt" -> roundTrip(words[2]);
        case "wall" -> Long.toString(System.currentTimeMillis());
        case "nano" -> System.nanoTime() + " " + MonotonicClock.nanos();
        case "write" -> {
          channel.write(StandardCharsets.UTF_8.encode(words[2]));
          yield "written";
        }
        case "sync" -> {
          channel.force(true);
          yield "synced";
        }
        default -> "what?";
      };
    } catch (IOException e) {
      return "failed " + e.getMessage();
    }
  }

  /** How long a byte takes there and back, in milliseconds. */
  private static String roundTrip(String address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(address, PORT), 1_500);
      socket.setSoTimeout(1_500);
      long began = MonotonicClock.nanos();
      socket.getOutputStream().write(1);
      socket.getInputStream().readNBytes(1);
      return Long.toString(TimeUnit.NANOSECONDS.toMillis(MonotonicClock.nanos() - began));
    }
  }

  private static void echo(ServerSocket server) {
    ByteBuffer buffer = ByteBuffer.allocate(1);
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.setTcpNoDelay(true);
        buffer.put(0, (byte) socket.getInputStream().read());
        socket.getOutputStream().write(buffer.array());
      } catch (IOException e) {
        System.err.println(e);
      }
    }
  }
}
