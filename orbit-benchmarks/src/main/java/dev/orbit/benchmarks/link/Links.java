package dev.orbit.benchmarks.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.Transport;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** The ways to make the exchange. Each keeps so many calls under way until its time is over. */
final class Links {
  private Links() {}

  /** One way. */
  interface Link {
    Exchange run(long nanos) throws InterruptedException, IOException;
  }

  /** Frames on a bare connection, answered in order. */
  static Link bare(SocketAddress to, int outstanding, byte[] payload) {
    return nanos -> {
      Exchange exchange = new Exchange(outstanding, nanos);
      ArrayDeque<Long> sentAt = new ArrayDeque<>(outstanding);
      BareEcho[] link = new BareEcho[1];
      Runnable send =
          () -> {
            sentAt.add(System.nanoTime());
            link[0].send(payload);
          };
      link[0] =
          BareEcho.dial(
              to,
              () -> {
                if (exchange.answered(sentAt.remove(), 1)) {
                  send.run();
                }
              });
      try (BareEcho opened = link[0]) {
        opened.execute(
            () -> {
              for (int i = 0; i < outstanding; i++) {
                send.run();
              }
            });
        exchange.await();
      }
      return exchange;
    };
  }

  /** Frames in memory that both processes see, answered in order. */
  static Link memory(Path file, int outstanding, byte[] payload) {
    return nanos -> {
      Exchange exchange = new Exchange(outstanding, nanos);
      try (SharedMemory memory = SharedMemory.open(file)) {
        ArrayDeque<Long> sentAt = new ArrayDeque<>(outstanding);
        for (int i = 0; i < outstanding; i++) {
          sentAt.add(System.nanoTime());
          memory.send(payload);
        }
        memory.flush();
        int answers = outstanding;
        while (answers > 0) {
          memory.receive();
          if (exchange.answered(sentAt.remove(), 1)) {
            sentAt.add(System.nanoTime());
            memory.send(payload);
          } else {
            answers--;
          }
        }
      }
      return exchange;
    };
  }

  /** Messages on a bare gRPC stream, so many in each frame. */
  static Link stream(ManagedChannel channel, int outstanding, int perFrame, byte[] payload) {
    return nanos -> {
      int frames = Math.max(1, outstanding / perFrame);
      Exchange exchange = new Exchange(frames, nanos);
      RawCalls calls = new RawCalls(exchange, frames, perFrame, payload);
      calls.begin(ConnectionServiceGrpc.newStub(channel).openStream(calls));
      exchange.await();
      calls.end();
      return exchange;
    };
  }

  private static final class RawCalls implements StreamObserver<MessageProto> {
    private final Exchange exchange;
    private final ArrayDeque<Long> sentAt = new ArrayDeque<>();
    private final int frames;
    private final int perFrame;
    private final ByteString payload;
    private StreamObserver<MessageProto> requests = this;
    private long ids;

    RawCalls(Exchange exchange, int frames, int perFrame, byte[] payload) {
      this.exchange = exchange;
      this.frames = frames;
      this.perFrame = perFrame;
      this.payload = UnsafeByteOperations.unsafeWrap(payload);
    }

    synchronized void begin(StreamObserver<MessageProto> stream) {
      requests = stream;
      for (int i = 0; i < frames; i++) {
        send();
      }
    }

    private void send() {
      sentAt.add(System.nanoTime());
      if (perFrame == 1) {
        requests.onNext(message());
        return;
      }
      BatchProto.Builder batch = BatchProto.newBuilder();
      for (int i = 0; i < perFrame; i++) {
        batch.addMessages(message());
      }
      requests.onNext(
          MessageProto.newBuilder()
              .setContent(MessageContentProto.newBuilder().setBatch(batch))
              .build());
    }

    private MessageProto message() {
      ids++;
      return MessageProto.newBuilder().setMessageId(ids).setPayload(payload).build();
    }

    @Override
    public synchronized void onNext(MessageProto answer) {
      if (exchange.answered(sentAt.remove(), perFrame)) {
        send();
      }
    }

    synchronized void end() {
      requests.onCompleted();
    }

    @Override
    public void onError(Throwable failure) {
      exchange.fail(failure);
    }

    @Override
    public void onCompleted() {
      // The far end answers the end of our half with its own.
    }
  }

  /** Requests through the whole transport. */
  static Link transport(Transport transport, int outstanding, byte[] payload) {
    Content request =
        new Content.InvocationRequest(
            new AddressableReference("Echo", Key.of("one")),
            "echo",
            "",
            Content.InvocationReason.INVOCATION,
            false);
    Message message =
        new Message(
            0,
            null,
            null,
            request,
            0,
            Headers.NONE.withRemainingMicros(20_000_000),
            new Payload(1, payload));
    return nanos -> {
      Exchange exchange = new Exchange(outstanding, nanos);
      for (int i = 0; i < outstanding; i++) {
        call(transport, message, exchange);
      }
      exchange.await();
      return exchange;
    };
  }

  /** Small requests while one large one after the other goes to the same node and comes back. */
  static Link beside(Link small, Transport transport, int largeBytes) {
    Message large =
        new Message(
            0,
            null,
            null,
            new Content.InvocationRequest(
                new AddressableReference("Echo", Key.of("large")),
                "echo",
                "",
                Content.InvocationReason.INVOCATION,
                false),
            0,
            Headers.NONE.withRemainingMicros(60_000_000),
            new Payload(1, new byte[largeBytes]));
    return nanos -> {
      AtomicBoolean over = new AtomicBoolean();
      CountDownLatch last = new CountDownLatch(1);
      again(transport, large, over, last);
      try {
        return small.run(nanos);
      } finally {
        over.set(true);
        last.await();
      }
    };
  }

  private static void again(
      Transport transport, Message large, AtomicBoolean over, CountDownLatch last) {
    var _ =
        transport
            .request(LinkEnd.NODE, large)
            .whenComplete(
                (answer, failure) -> {
                  if (failure != null) {
                    System.out.println("a large call failed: " + failure);
                  }
                  if (failure != null || over.get()) {
                    last.countDown();
                  } else {
                    again(transport, large, over, last);
                  }
                });
  }

  private static void call(Transport transport, Message message, Exchange exchange) {
    long sentAt = System.nanoTime();
    transport
        .request(LinkEnd.NODE, message)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                exchange.fail(failure);
              } else if (exchange.answered(sentAt, 1)) {
                call(transport, message, exchange);
              }
            });
  }
}
