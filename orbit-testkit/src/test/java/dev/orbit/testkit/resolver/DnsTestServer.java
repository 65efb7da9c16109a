package dev.orbit.testkit.resolver;

import dev.orbit.api.address.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A DNS server on the loopback address with one zone in memory, by UDP and, for answers that do not
 * fit into 512 bytes, by TCP.
 */
final class DnsTestServer implements AutoCloseable {
  static final int A = 1;
  static final int AAAA = 28;
  static final int SRV = 33;

  private static final int MAX_UDP = 512;
  private static final int FLAGS_ANSWER = 0x8580;
  private static final int FLAG_TRUNCATED = 0x0200;
  private static final int NO_SUCH_NAME = 3;
  private static final int SERVER_FAILURE = 2;
  private static final int POINTER_TO_QUESTION = 0xC00C;

  private record Question(String name, int type) {}

  private final Map<Question, List<byte[]>> zone = new ConcurrentHashMap<>();
  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private volatile boolean failing;
  private final AtomicInteger answersByTcp = new AtomicInteger();

  DnsTestServer() throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    DatagramSocket datagrams = null;
    ServerSocket connections = null;
    while (connections == null) {
      datagrams = new DatagramSocket(new InetSocketAddress(loopback, 0));
      try {
        connections = new ServerSocket(datagrams.getLocalPort(), 10, loopback);
      } catch (IOException e) {
        datagrams.close(); // Somebody has that port for TCP; another one will do.
      }
    }
    udp = datagrams;
    tcp = connections;
    Thread.ofVirtual().name("dns-test-udp").start(this::serveUdp);
    Thread.ofVirtual().name("dns-test-tcp").start(this::serveTcp);
  }

  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", udp.getLocalPort());
  }

  /** Sets the addresses of a name; none takes them away. */
  void addresses(String name, int type, List<String> addresses) {
    put(name, type, addresses.stream().map(a -> InetAddress.ofLiteral(a).getAddress()).toList());
  }

  /** Sets the services of a name, by target and port; none takes them away. */
  void services(String name, Map<String, Integer> targets) {
    List<byte[]> data = new ArrayList<>();
    targets.forEach((target, port) -> data.add(service(target, port)));
    put(name, SRV, data);
  }

  private void put(String name, int type, List<byte[]> data) {
    Question key = new Question(name, type);
    if (data.isEmpty()) {
      zone.remove(key);
    } else {
      zone.put(key, data);
    }
  }

  private static byte[] service(String target, int port) {
    byte[] name = encoded(target);
    return ByteBuffer.allocate(6 + name.length)
        .putShort((short) 0)
        .putShort((short) 100)
        .putShort((short) port)
        .put(name)
        .array();
  }

  /** From now on every question is answered with a failure of the server. */
  void fail() {
    failing = true;
  }

  int answersByTcp() {
    return answersByTcp.get();
  }

  private void serveUdp() {
    byte[] buffer = new byte[MAX_UDP];
    while (!udp.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        udp.receive(packet);
        byte[] query = Arrays.copyOf(buffer, packet.getLength());
        byte[] answer = answer(query, false);
        if (answer.length > MAX_UDP) {
          answer = answer(query, true);
        }
        udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        if (!udp.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] query = in.readNBytes(in.readUnsignedShort());
        byte[] answer = answer(query, false);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeShort(answer.length);
        out.write(answer);
        out.flush();
        answersByTcp.incrementAndGet();
      } catch (IOException e) {
        if (!tcp.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private byte[] answer(byte[] query, boolean truncated) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(query);
    short id = in.getShort();
    in.position(12);
    String name = decoded(in);
    int type = in.getShort();
    int questionEnd = in.position() + 2;
    List<byte[]> records = zone.getOrDefault(new Question(name, type), List.of());
    boolean exists = zone.keySet().stream().anyMatch(key -> key.name().endsWith(name));
    int code = failing ? SERVER_FAILURE : exists ? 0 : NO_SUCH_NAME;
    List<byte[]> sent = truncated || failing ? List.of() : records;

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(id);
    out.writeShort(FLAGS_ANSWER | code | (truncated ? FLAG_TRUNCATED : 0));
    out.writeShort(1);
    out.writeShort(sent.size());
    out.writeInt(0);
    out.write(query, 12, questionEnd - 12);
    for (byte[] record : sent) {
      out.writeShort(POINTER_TO_QUESTION);
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(30);
      out.writeShort(record.length);
      out.write(record);
    }
    return bytes.toByteArray();
  }

  private static byte[] encoded(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String label : name.split("\\.", -1)) {
      bytes.write(label.length());
      bytes.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    bytes.write(0);
    return bytes.toByteArray();
  }

  private static String decoded(ByteBuffer in) {
    List<String> labels = new ArrayList<>();
    for (int length = in.get(); length != 0; length = in.get()) {
      byte[] label = new byte[length];
      in.get(label);
      labels.add(new String(label, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT));
    }
    return String.join(".", labels);
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
