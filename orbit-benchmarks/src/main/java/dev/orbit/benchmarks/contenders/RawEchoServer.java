package dev.orbit.benchmarks.contenders;

import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The yardstick's far end: a gRPC stream that sends every message back, on the event loop. */
final class RawEchoServer implements AutoCloseable {
  private final Server server;

  RawEchoServer() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(new EchoService())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static final class EchoService extends ConnectionServiceGrpc.ConnectionServiceImplBase {
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
