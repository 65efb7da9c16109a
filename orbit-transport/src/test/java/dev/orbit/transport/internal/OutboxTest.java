package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.orbit.proto.Message;
import dev.orbit.proto.wire.ErrorProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.TransportConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final FakeEnvironment environment = new FakeEnvironment();
  private final List<Outgoing> expired = new ArrayList<>();
  private final List<Outgoing> tooLarge = new ArrayList<>();
  private final FakeWire wire = new FakeWire();
  private final Outbox outbox =
      outbox(TransportConfig.builder().batchMessages(4).batchBytes(1024).build());

  private Outbox outbox(TransportConfig config) {
    return new Outbox(
        config,
        config.maxQueuedMessages(),
        environment::nanoTime,
        new Outbox.Unwritten() {
          @Override
          public void expired(Outgoing message, long now) {
            expired.add(message);
          }

          @Override
          public void tooLarge(Outgoing message, int limit) {
            tooLarge.add(message);
          }
        });
  }

  /** Remembers what was written, the members of a batch in brackets. */
  private static class FakeWire implements Wire {
    final List<String> written = new ArrayList<>();
    final List<MessageProto> messages = new ArrayList<>();
    volatile boolean ready = true;
    boolean batches = true;
    int limit = 1 << 20;

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public boolean takesBatches() {
      return batches;
    }

    @Override
    public int maxMessageBytes() {
      return limit;
    }

    @Override
    public void write(MessageProto message) {
      messages.add(message);
      written.add(
          message.getContent().hasBatch()
              ? message.getContent().getBatch().getMessagesList().stream()
                  .map(MessageProto::getMessageId)
                  .toList()
                  .toString()
              : Long.toString(message.getMessageId()));
    }
  }

  private static MessageProto proto(long id, int payload) {
    return MessageProto.newBuilder()
        .setMessageId(id)
        .setContent(MessageContentProto.newBuilder().setError(ErrorProto.getDefaultInstance()))
        .setPayload(ByteString.copyFrom(new byte[payload]))
        .build();
  }

  private Outgoing message(long id) {
    return message(id, 0);
  }

  private Outgoing message(long id, int payload) {
    return Outgoing.oneWay(proto(id, payload), environment.nanoTime(), 0);
  }

  private void queue(int... ids) {
    for (int id : ids) {
      assertThat(outbox.offer(message(id))).isTrue();
    }
  }

  @Test
  void writesALoneMessageAtOnceAndByItself() {
    outbox.attach(wire);

    queue(1);
    outbox.wake();

    assertThat(wire.written).containsExactly("1");
  }

  @Test
  void writesWhatPiledUpInBatchesOfTheGivenSize() {
    queue(1, 2, 3, 4, 5, 6, 7, 8, 9);

    outbox.attach(wire);
    outbox.wake();

    assertThat(wire.written).containsExactly("[1, 2, 3, 4]", "[5, 6, 7, 8]", "9");
  }

  @Test
  void keepsABatchWithinItsBytes() {
    outbox.offer(message(1, 500));
    outbox.offer(message(2, 400));
    outbox.offer(message(3, 600));
    outbox.offer(message(4, 2000));
    outbox.offer(message(5, 10));

    outbox.attach(wire);
    outbox.wake();

    assertThat(wire.written).containsExactly("[1, 2]", "3", "4", "5");
    assertThat(wire.messages.getFirst().getSerializedSize()).isLessThanOrEqualTo(1024);
  }

  @Test
  void neverBatchesForAnEndThatDoesNotTakeBatches() {
    wire.batches = false;
    queue(1, 2, 3);

    outbox.attach(wire);
    outbox.wake();

    assertThat(wire.written).containsExactly("1", "2", "3");
  }

  @Test
  void neverPutsAMessageThatStandsAloneIntoABatch() {
    queue(1, 2);
    outbox.offer(Outgoing.alone(proto(3, 0), environment.nanoTime()));
    queue(4, 5);

    outbox.attach(wire);
    outbox.wake();

    assertThat(wire.written).containsExactly("[1, 2]", "3", "[4, 5]");
  }

  @Test
  void writesNothingWhileTheWireIsNotReadyAndAllWhenItIs() {
    wire.ready = false;
    outbox.attach(wire);
    outbox.wake();
    queue(1, 2);
    outbox.wake();
    assertThat(wire.written).isEmpty();

    wire.ready = true;
    outbox.wake();

    assertThat(wire.written).containsExactly("[1, 2]");
    assertThat(outbox.messages()).isZero();
    assertThat(outbox.bytes()).isZero();
  }

  @Test
  void refusesMoreMessagesThanItsBoundAndTakesThemAgainLater() {
    Outbox small = outbox(TransportConfig.builder().maxQueuedMessages(2).build());
    assertThat(small.offer(message(1))).isTrue();
    assertThat(small.offer(message(2))).isTrue();

    boolean third = small.offer(message(3));
    small.attach(wire);
    small.wake();
    boolean later = small.offer(message(4));

    assertThat(third).isFalse();
    assertThat(later).isTrue();
  }

  @Test
  void refusesMoreBytesThanItsBound() {
    Outbox small =
        outbox(
            TransportConfig.builder()
                .maxMessageBytes(4096)
                .batchBytes(1024)
                .maxQueuedBytes(4096)
                .build());
    assertThat(small.offer(message(1, 3000))).isTrue();

    boolean second = small.offer(message(2, 2000));
    boolean third = small.offer(message(3, 500));

    assertThat(second).isFalse();
    assertThat(third).isTrue();
    assertThat(small.messages()).isEqualTo(2);
  }

  @Test
  void keepsWhatIsQueuedWhenTheWireIsDetached() {
    outbox.attach(wire);
    outbox.wake();
    outbox.detach(wire);
    queue(1);
    outbox.wake();
    FakeWire next = new FakeWire();

    outbox.attach(next);
    outbox.wake();

    assertThat(wire.written).isEmpty();
    assertThat(next.written).containsExactly("1");
  }

  @Test
  void takesTheTimeInTheQueueOffTheTimeThatIsLeft() {
    MessageProto request = proto(1, 0).toBuilder().setRemainingMicros(500_000).build();
    outbox.offer(
        Outgoing.request(request, environment.nanoTime(), 500_000_000L, new CompletableFuture<>()));
    environment.advance(Duration.ofMillis(200));

    outbox.attach(wire);
    outbox.wake();

    assertThat(wire.messages.getFirst().getRemainingMicros()).isEqualTo(300_000);
  }

  @Test
  void neverWritesWhatHasExpiredInTheQueue() {
    Outgoing request =
        Outgoing.request(
            proto(1, 0), environment.nanoTime(), 1_000_000L, new CompletableFuture<Message>());
    outbox.offer(request);
    environment.advance(Duration.ofMillis(1));

    outbox.attach(wire);
    outbox.wake();

    assertThat(wire.written).isEmpty();
    assertThat(expired).containsExactly(request);
  }

  @Test
  void neverWritesWhatIsLargerThanTheOtherEndTakes() {
    wire.limit = 1000;
    Outgoing large = message(1, 1001);
    outbox.offer(large);
    queue(2);

    outbox.attach(wire);
    outbox.wake();

    assertThat(wire.written).containsExactly("2");
    assertThat(tooLarge).containsExactly(large);
  }

  @Test
  void neverWritesWhatWasGivenUpInTheQueue() {
    CompletableFuture<Message> answer = new CompletableFuture<>();
    Outgoing request = Outgoing.request(proto(1, 0), environment.nanoTime(), 1_000_000L, answer);
    outbox.offer(request);

    request.failIfQueued(new IllegalStateException("given up"));
    outbox.attach(wire);
    outbox.wake();

    assertThat(wire.written).isEmpty();
    assertThatThrownBy(answer::join).hasRootCauseMessage("given up");
  }

  @Test
  void finishesAfterTheLastQueuedMessageAndAbortsBefore() {
    queue(1);
    outbox.finish(() -> wire.written.add("finished"));
    outbox.attach(wire);
    outbox.wake();
    FakeWire other = new FakeWire();
    Outbox second = outbox(TransportConfig.DEFAULT);
    second.offer(message(1));

    second.abort(() -> other.written.add("aborted"));
    second.attach(other);
    second.wake();

    assertThat(wire.written).containsExactly("1", "finished");
    assertThat(other.written).containsExactly("aborted");
    assertThat(second.messages()).isZero();
  }

  @Test
  void losesNothingAndKeepsTheOrderOfEachThreadWhenManyPutInAtOnce() throws Exception {
    int threads = 4;
    int each = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    FakeWire checking =
        new FakeWire() {
          @Override
          public void write(MessageProto message) {
            if (inside.incrementAndGet() != 1) {
              together.incrementAndGet();
            }
            super.write(message);
            inside.decrementAndGet();
          }
        };
    Outbox shared =
        outbox(
            TransportConfig.builder().maxQueuedMessages(threads * each).batchMessages(1).build());
    shared.attach(checking);
    shared.wake();
    CountDownLatch done = new CountDownLatch(threads);

    for (int t = 0; t < threads; t++) {
      int first = t * each;
      Thread.ofPlatform()
          .start(
              () -> {
                for (int i = 0; i < each; i++) {
                  shared.offer(message(first + i));
                  shared.wake();
                }
                done.countDown();
              });
    }

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(together).hasValue(0);
    List<Integer> written = checking.written.stream().map(Integer::valueOf).toList();
    assertThat(written).hasSize(threads * each);
    for (int t = 0; t < threads; t++) {
      int first = t * each;
      assertThat(written.stream().filter(id -> id / each == first / each).toList())
          .isEqualTo(IntStream.range(first, first + each).boxed().toList());
    }
  }
}
