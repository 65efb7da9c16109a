package dev.orbit.transport;

import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.HelloProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.proto.wire.NodeIdProto;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * A node made of the generated stub alone: it greets and then does what a test says, right or
 * wrong.
 */
final class ScriptedEnd extends ConnectionServiceGrpc.ConnectionServiceImplBase
    implements AutoCloseable {
  /** What came in after the greeting, as it came. */
  final BlockingQueue<MessageProto> arrived = new LinkedBlockingQueue<>();

  private final AtomicInteger connections = new AtomicInteger();
  private final HelloProto hello;
  private final BiConsumer<MessageProto, StreamObserver<MessageProto>> script;
  private final Server server;

  ScriptedEnd(HelloProto hello, BiConsumer<MessageProto, StreamObserver<MessageProto>> script)
      throws IOException {
    this.hello = hello;
    this.script = script;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .addTransportFilter(
                new ServerTransportFilter() {
                  @Override
                  public Attributes transportReady(Attributes attributes) {
                    connections.incrementAndGet();
                    return attributes;
                  }

                  @Override
                  public void transportTerminated(Attributes attributes) {
                    connections.decrementAndGet();
                  }
                })
            .build()
            .start();
  }

  static HelloProto.Builder hello(String node, String cluster) {
    return HelloProto.newBuilder()
        .setProtocolVersion(1)
        .setCluster(cluster)
        .setNodeId(NodeIdProto.newBuilder().setKey(node).setNamespace(cluster))
        .setIncarnation(1)
        .setMaxMessageBytes(1 << 20)
        .setTakesBatches(true);
  }

  static MessageProto with(MessageContentProto.Builder content) {
    return MessageProto.newBuilder().setContent(content).build();
  }

  /** How many connections there are at present. */
  int connections() {
    return connections.get();
  }

  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", server.getPort());
  }

  MessageProto next() throws InterruptedException {
    MessageProto message = arrived.poll(10, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("nothing came within ten seconds");
    }
    return message;
  }

  @Override
  public StreamObserver<MessageProto> openStream(StreamObserver<MessageProto> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(MessageProto message) {
        if (message.getContent().hasHello()) {
          answers.onNext(with(MessageContentProto.newBuilder().setHello(hello)));
        } else {
          arrived.add(message);
          script.accept(message, answers);
        }
      }

      @Override
      public void onError(Throwable error) {
        arrived.add(MessageProto.getDefaultInstance());
      }

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
