package dev.orbit.benchmarks.link;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The second process: the far end of every variant. Prints where it listens, then answers each
 * line: {@code spent} with the processor time and the allocated bytes of this process so far,
 * {@code footprint} with what it holds; ends when its input does.
 */
public final class LinkEnd {
  static final NodeId NODE = new NodeId("far", "link");

  private LinkEnd() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws IOException {
    try (SystemEnvironment environment = new SystemEnvironment();
        BareEcho tcp = BareEcho.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        BareEcho _ = BareEcho.listen(unix(tcp.port()));
        SharedMemory memory = SharedMemory.create();
        Transport transport = transport(environment)) {
      Server raw =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .directExecutor()
              .maxInboundMessageSize(Integer.MAX_VALUE)
              .addService(new RawEcho())
              .build()
              .start();
      transport.start(
          (message, replies) ->
              replies.reply(message.id(), new Content.InvocationResponse(""), message.payload()));
      Thread.ofPlatform().daemon().start(memory::echo);
      System.out.println(
          "ready %d %d %d %s"
              .formatted(
                  tcp.port(),
                  raw.getPort(),
                  transport.listening().orElseThrow().port(),
                  memory.file()));
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(
            line.equals("footprint")
                ? Footprint.now().toLine()
                : cpuNanos() + " " + allocatedBytes());
      }
      raw.shutdownNow();
    }
  }

  /** Of the bare echo whose TCP port that is. */
  static DomainSocketAddress unix(int tcpPort) {
    return new DomainSocketAddress("\0orbit-benchmarks/" + tcpPort);
  }

  private static Transport transport(SystemEnvironment environment) {
    return Transports.node(
        environment,
        TransportConfig.DEFAULT,
        NodeIdentity.node(NODE.namespace(), NODE, () -> 1, new Endpoint("127.0.0.1", 0)),
        node -> Optional.empty(),
        () -> new Content.InfoResponse(NODE, List.of(), 0),
        new HealthBoard());
  }

  static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
  }

  private static final class RawEcho extends ConnectionServiceGrpc.ConnectionServiceImplBase {
    @Override
    public StreamObserver<MessageProto> openStream(StreamObserver<MessageProto> replies) {
      return new StreamObserver<>() {
        @Override
        public void onNext(MessageProto message) {
          replies.onNext(message);
        }

        @Override
        public void onError(Throwable t) {
          // The caller is gone; its side reports it.
        }

        @Override
        public void onCompleted() {
          replies.onCompleted();
        }
      };
    }
  }
}
