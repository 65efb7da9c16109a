package dev.orbit.transport;

import dev.orbit.api.address.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An end that speaks HTTP/2 frame by frame, as no library would. */
final class RawHttp2 implements AutoCloseable {
  static final int HEADERS = 1;
  static final int RESET = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;
  private static final int MOST_PAYLOAD = 16_000;
  private static final int PREFIX = 127;

  record Frame(int type, int stream, byte[] payload) {
    /** The error of a reset. */
    int error() {
      return ByteBuffer.wrap(payload).getInt();
    }
  }

  /** What has come. */
  final Queue<Frame> frames = new ConcurrentLinkedQueue<>();

  /** Done when the other end has closed the connection. */
  final CompletableFuture<Void> closed = new CompletableFuture<>();

  private final Socket socket = new Socket();
  private final DataOutputStream out;

  /**
   * Connects.
   *
   * @param reads whether it ever reads
   */
  RawHttp2(Endpoint endpoint, boolean reads) throws IOException {
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), 10_000);
    out = new DataOutputStream(socket.getOutputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    send(frame(SETTINGS, 0, 0, new byte[0]));
    if (reads) {
      Thread.ofVirtual().start(this::read);
    }
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        in.readByte();
        int stream = in.readInt();
        frames.add(new Frame(type, stream, in.readNBytes(length)));
      }
    } catch (IOException e) {
      closed.complete(null);
    }
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Sends bytes as they are; false once the other end takes no more. */
  boolean send(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return true;
    } catch (IOException e) {
      closed.complete(null);
      return false;
    }
  }

  /** Opens a stream of messages with one more header of that many bytes. */
  boolean open(int stream, int headerBytes) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", "/orbit.shared.ConnectionService/OpenStream");
    header(block, ":authority", "node");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    if (headerBytes > 0) {
      header(block, "x-large", "x".repeat(headerBytes));
    }
    byte[] all = block.toByteArray();
    boolean sent = true;
    for (int at = 0; at < all.length && sent; at += MOST_PAYLOAD) {
      int size = Math.min(MOST_PAYLOAD, all.length - at);
      byte[] part = java.util.Arrays.copyOfRange(all, at, at + size);
      int flags = at + size == all.length ? END_HEADERS : 0;
      sent = send(frame(at == 0 ? HEADERS : CONTINUATION, flags, stream, part));
    }
    return sent;
  }

  boolean reset(int stream) {
    return send(frame(RESET, 0, stream, new byte[] {0, 0, 0, 8}));
  }

  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < PREFIX) {
      block.write(length);
    } else {
      block.write(PREFIX);
      int rest = length - PREFIX;
      while (rest >= 128) {
        block.write((rest & 127) | 128);
        rest >>= 7;
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
