package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.TransportConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final FakeEnvironment environment = new FakeEnvironment();
  private final List<Outgoing> expired = new ArrayList<>();
  private final List<Outgoing> tooLarge = new ArrayList<>();
  private final FakeWire wire = new FakeWire();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final Loop loop = Loops.of(tasks::add, () -> false);
  private final Outbox outbox =
      outbox(TransportConfig.builder().batchMessages(4).batchBytes(1024).build());

  private Outbox outbox(TransportConfig config) {
    return outbox(config, loop);
  }

  private Outbox outbox(TransportConfig config, Loop loop) {
    return new Outbox(
        config,
        config.maxQueuedMessages(),
        loop,
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

  private static List<Long> ids(MessageProto message) {
    return message.getContent().hasBatch()
        ? message.getContent().getBatch().getMessagesList().stream()
            .map(MessageProto::getMessageId)
            .toList()
        : List.of(message.getMessageId());
  }

  private Outgoing message(long id) {
    return message(id, 0);
  }

  private Outgoing message(long id, int payload) {
    return Requests.oneWay(id, payload, environment.nanoTime());
  }

  /** As a stream would, and then lets the loop do what it was given. */
  private void wake(Outbox woken) {
    woken.wake();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void queue(int... ids) {
    for (int id : ids) {
      assertThat(outbox.offer(message(id))).isTrue();
    }
  }

  @Test
  void countsOutWhatAWireFailedToTake() {
    outbox.attach(wire);
    wire.meanwhile =
        () -> {
          throw new OutOfMemoryError("on purpose");
        };

    queue(1);
    assertThatThrownBy(() -> wake(outbox)).isInstanceOf(OutOfMemoryError.class);

    assertThat(outbox.messages()).isZero();
    assertThat(outbox.bytes()).isZero();
  }

  @Test
  void queuesAgainInItsOldPlaceWhatAWireDidNotTake() {
    Outgoing request = Requests.request(2, environment.nanoTime(), 1_000_000_000L);
    FakeWire broken = new FakeWire();
    broken.takes = false;
    broken.meanwhile = () -> broken.ready = false;
    queue(1);
    outbox.offer(request);
    queue(3);

    outbox.attach(broken);
    wake(outbox);
    int waiting = outbox.messages();
    boolean queued = request.isQueued();
    queue(4);
    outbox.detach(broken);
    outbox.attach(wire);
    wake(outbox);

    assertThat(waiting).isEqualTo(3);
    assertThat(queued).isTrue();
    assertThat(wire.written).containsExactly("[1, 2, 3, 4]");
    assertThat(request.isSentOver(wire)).isTrue();
    assertThat(outbox.messages()).isZero();
    assertThat(outbox.bytes()).isZero();
  }

  @Test
  void countsOutWhatWasGivenUpWhileAWireDidNotTakeIt() {
    Outgoing request = Requests.request(1, environment.nanoTime(), 1_000_000_000L);
    wire.takes = false;
    wire.meanwhile = () -> request.cancel(false);
    outbox.offer(request);

    outbox.attach(wire);
    wake(outbox);

    assertThat(outbox.messages()).isZero();
    assertThat(outbox.bytes()).isZero();
  }

  @Test
  void writesALoneMessageAtOnceAndByItself() {
    outbox.attach(wire);

    queue(1);
    wake(outbox);

    assertThat(wire.written).containsExactly("1");
  }

  @Test
  void writesWhatPiledUpInBatchesOfTheGivenSize() {
    queue(1, 2, 3, 4, 5, 6, 7, 8, 9);

    outbox.attach(wire);
    wake(outbox);

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
    wake(outbox);

    assertThat(wire.written).containsExactly("[1, 2]", "3", "4", "5");
    assertThat(wire.messages.getFirst().getSerializedSize()).isLessThanOrEqualTo(1024);
  }

  @Test
  void neverBatchesForAnEndThatDoesNotTakeBatches() {
    wire.batches = false;
    queue(1, 2, 3);

    outbox.attach(wire);
    wake(outbox);

    assertThat(wire.written).containsExactly("1", "2", "3");
  }

  @Test
  void neverPutsAMessageThatStandsAloneIntoABatch() {
    queue(1, 2);
    outbox.offer(Requests.alone(environment.nanoTime()));
    queue(4, 5);

    outbox.attach(wire);
    wake(outbox);

    assertThat(wire.written).containsExactly("[1, 2]", "0", "[4, 5]");
  }

  @Test
  void writesNothingWhileTheWireIsNotReadyAndAllWhenItIs() {
    wire.ready = false;
    outbox.attach(wire);
    wake(outbox);
    queue(1, 2);
    wake(outbox);
    assertThat(wire.written).isEmpty();

    wire.ready = true;
    wake(outbox);

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
    wake(small);
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
    wake(outbox);
    outbox.detach(wire);
    queue(1);
    wake(outbox);
    FakeWire next = new FakeWire();

    outbox.attach(next);
    wake(outbox);

    assertThat(wire.written).isEmpty();
    assertThat(next.written).containsExactly("1");
  }

  @Test
  void takesTheTimeInTheQueueOffTheTimeThatIsLeft() {
    outbox.offer(Requests.request(1, environment.nanoTime(), 500_000_000L));
    environment.advance(Duration.ofMillis(200));

    outbox.attach(wire);
    wake(outbox);

    assertThat(wire.messages.getFirst().getRemainingMicros()).isEqualTo(300_000);
  }

  @Test
  void neverWritesWhatHasExpiredInTheQueue() {
    Outgoing request = Requests.request(1, environment.nanoTime(), 1_000_000L);
    outbox.offer(request);
    environment.advance(Duration.ofMillis(1));

    outbox.attach(wire);
    wake(outbox);

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
    wake(outbox);

    assertThat(wire.written).containsExactly("2");
    assertThat(tooLarge).containsExactly(large);
  }

  @Test
  void neverWritesWhatWasGivenUpInTheQueue() {
    Outgoing request = Requests.request(1, environment.nanoTime(), 1_000_000L);
    outbox.offer(request);

    request.failIfQueued(new IllegalStateException("given up"));
    outbox.attach(wire);
    wake(outbox);

    assertThat(wire.written).isEmpty();
    assertThatThrownBy(request::join).hasRootCauseMessage("given up");
  }

  @Test
  void writesAFullBatchAtOnceWhenTheLoopItselfPutsItIn() {
    Outbox own =
        outbox(
            TransportConfig.builder().batchMessages(2).batchBytes(1024).build(),
            Loops.of(tasks::add, () -> true));
    own.attach(wire);

    for (int id = 1; id <= 5; id++) {
      own.offer(message(id));
      own.wake();
    }
    List<String> atOnce = List.copyOf(wire.written);
    wake(own);

    assertThat(atOnce).containsExactly("[1, 2]", "[3, 4]");
    assertThat(wire.written).containsExactly("[1, 2]", "[3, 4]", "5");
  }

  @Test
  void losesNothingAndKeepsTheOrderOfEachThreadWhenManyPutInAtOnce() throws Exception {
    int threads = 4;
    int each = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    List<Long> ids = new ArrayList<>();
    FakeWire checking =
        new FakeWire() {
          @Override
          public boolean write(OutFrame frame) {
            if (inside.incrementAndGet() != 1) {
              together.incrementAndGet();
            }
            ids.addAll(ids(FakeWire.parsed(frame)));
            inside.decrementAndGet();
            return true;
          }
        };
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Outbox shared =
        outbox(
            TransportConfig.builder().maxQueuedMessages(threads * each).batchMessages(7).build(),
            Loops.of(thread, () -> false));
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
    thread.shutdown();
    assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(together).hasValue(0);
    List<Integer> written = ids.stream().map(Long::intValue).toList();
    assertThat(written).hasSize(threads * each);
    for (int t = 0; t < threads; t++) {
      int first = t * each;
      assertThat(written.stream().filter(id -> id / each == first / each).toList())
          .isEqualTo(IntStream.range(first, first + each).boxed().toList());
    }
  }
}
