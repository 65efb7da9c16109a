package dev.orbit.benchmarks.contenders;

import com.google.protobuf.ByteString;
import dev.orbit.benchmarks.harness.Recorder;
import dev.orbit.benchmarks.harness.Workload;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;

/**
 * The yardstick: one gRPC stream, direct executors on both sides, one message a frame, a fixed
 * number of messages under way. Each answer sends the next message from the event loop.
 */
final class RawEchoClient implements Workload.Driven, AutoCloseable {
  private final ManagedChannel channel;
  private final ByteString payload;

  RawEchoClient(int port, byte[] text) {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .directExecutor()
            .disableRetry()
            .build();
    payload = ByteString.copyFrom(text);
  }

  @Override
  public void run(int outstanding, Recorder recorder) throws InterruptedException {
    Exchange exchange = new Exchange(outstanding, recorder);
    StreamObserver<MessageProto> requests =
        ConnectionServiceGrpc.newStub(channel).openStream(exchange);
    exchange.begin(requests);
    recorder.awaitAll();
    requests.onCompleted();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private final class Exchange implements StreamObserver<MessageProto> {
    private final long[] sentAt;
    private final Recorder recorder;
    private StreamObserver<MessageProto> requests;

    Exchange(int outstanding, Recorder recorder) {
      this.sentAt = new long[outstanding];
      this.recorder = recorder;
      this.requests = this;
    }

    void begin(StreamObserver<MessageProto> stream) {
      synchronized (this) {
        requests = stream;
        for (int slot = 0; slot < sentAt.length; slot++) {
          send(slot);
        }
      }
    }

    private void send(int slot) {
      sentAt[slot] = System.nanoTime();
      requests.onNext(MessageProto.newBuilder().setMessageId(slot).setPayload(payload).build());
    }

    @Override
    public void onNext(MessageProto answer) {
      synchronized (this) {
        int slot = (int) answer.getMessageId();
        if (!payload.equals(answer.getPayload())) {
          recorder.fail(new IllegalStateException("a wrong answer"));
        } else if (recorder.record(System.nanoTime() - sentAt[slot])) {
          send(slot);
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      recorder.fail(failure);
    }

    @Override
    public void onCompleted() {
      // The server answers the end of our half with its own.
    }
  }
}
