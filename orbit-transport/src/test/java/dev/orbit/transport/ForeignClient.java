package dev.orbit.transport;

import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client made of the generated stub alone, as somebody writes it who knows nothing but the proto
 * files.
 */
final class ForeignClient
    implements AutoCloseable, ClientResponseObserver<MessageProto, MessageProto> {
  final BlockingQueue<MessageProto> answers = new LinkedBlockingQueue<>();
  final CompletableFuture<Status> closed = new CompletableFuture<>();
  final ManagedChannel channel;
  private final boolean reads;
  private ClientCallStreamObserver<MessageProto> requests;

  ForeignClient(Endpoint endpoint) {
    this(endpoint, true);
  }

  /**
   * Opens a stream.
   *
   * @param reads whether it ever reads an answer
   */
  ForeignClient(Endpoint endpoint, boolean reads) {
    this.reads = reads;
    this.channel =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    ConnectionServiceGrpc.newStub(channel).openStream(this);
  }

  void send(MessageProto message) {
    requests.onNext(message);
  }

  boolean isReady() {
    return requests.isReady();
  }

  void noMore() {
    requests.onCompleted();
  }

  MessageProto next() throws InterruptedException {
    MessageProto message = answers.poll(10, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no answer within ten seconds");
    }
    return message;
  }

  Status status() throws Exception {
    return closed.get(10, TimeUnit.SECONDS);
  }

  /** Reads all that is there and still to come. */
  void readOn() {
    requests.request(Integer.MAX_VALUE);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<MessageProto> stream) {
    requests = stream;
    if (!reads) {
      stream.disableAutoRequestWithInitial(0);
    }
  }

  @Override
  public void onNext(MessageProto message) {
    answers.add(message);
  }

  @Override
  public void onError(Throwable error) {
    closed.complete(Status.fromThrowable(error));
  }

  @Override
  public void onCompleted() {
    closed.complete(Status.OK);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
