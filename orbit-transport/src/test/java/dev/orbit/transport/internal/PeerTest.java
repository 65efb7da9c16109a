package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.BadMessage;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageEncoder;
import dev.orbit.proto.Messages;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.TransportConfig;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer whose connection is never made: what is to be dialled waits in a list. */
class PeerTest {
  private static final NodeId NODE = new NodeId("b", "test");
  private final ProtocolException nonsense =
      new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, "nonsense");

  private final ArrayDeque<Runnable> dials = new ArrayDeque<>();
  private final FakeEnvironment environment = new FakeEnvironment(dials::add);
  private final NettyIo io =
      new NettyIo(
          TransportConfig.DEFAULT, Runnable::run, null, new Counters(), environment::nanoTime);
  private final Shared shared =
      new Shared(
          environment,
          TransportConfig.DEFAULT,
          NodeIdentity.client("test"),
          node -> Optional.empty(),
          io,
          FrameMarshaller.openStream(),
          new MessageEncoder(null),
          new Counters(),
          new Generations(environment.random()));
  private final DeadlineSweep sweep = new DeadlineSweep(environment, now -> false);
  private final Peer peer = new Peer(shared, new BulkLane(shared, NODE, sweep), 0, sweep, () -> {});

  @AfterEach
  void close() {
    io.close();
  }

  private CompletableFuture<Message> request() {
    return peer.request(
            Message.of(
                0,
                new Content.InvocationRequest(
                    new AddressableReference("T", Key.of("k")),
                    "m",
                    "",
                    Content.InvocationReason.INVOCATION,
                    false)))
        .toCompletableFuture();
  }

  @Test
  void anAnswerThatMakesNoSenseFailsItsRequestAlsoBeforeThatWasSent() {
    CompletableFuture<Message> queued = request();

    peer.answeredBadly(new BadMessage(1, BadMessage.Role.ANSWER, nonsense));

    assertThat(queued).isCompletedExceptionally();
    assertThatThrownBy(queued::join).hasCause(nonsense);
    assertThat(peer.unanswered()).isZero();
  }

  @Test
  void whoLeavesDialsNoMore() {
    peer.leave("the test is over");

    CompletableFuture<Message> refused = request();

    assertThat(refused).isCompletedExceptionally();
    assertThat(dials).isEmpty();
  }

  /** gRPC calls so while it hands over what it held back for a stream that was being made. */
  @Test
  void whatArrivesOnAnotherThreadIsReadOnTheLoopBeforeTheStreamEnds() throws Exception {
    PeerStream stream = new PeerStream(shared, peer);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    peer.loop()
        .execute(
            () -> {
              busy.countDown();
              try {
                free.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    busy.await();
    Message hello =
        Message.of(
            0,
            new Content.Hello(
                1,
                "other",
                Optional.of(NODE),
                1,
                1 << 20,
                true,
                List.of(),
                Content.Succession.NONE,
                Content.Bulk.NONE));
    byte[] bytes = Messages.toProto(hello).toByteArray();

    stream.onMessage(new Frame.Arrived(new ByteArrayInputStream(bytes)));
    boolean openWhileTheLoopWasBusy = stream.isOpen();
    free.countDown();

    assertThat(openWhileTheLoopWasBusy).isTrue();
    await().until(() -> !stream.isOpen());
  }

  @Test
  void whatIsLargeRunsOnAnotherLoopWhateverWasDialledMeanwhile() {
    assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
    BulkLane lane = new BulkLane(shared, NODE, sweep);
    Peer small = new Peer(shared, lane, 0, sweep, () -> {});

    for (int others = 0; others < 3; others++) {
      Peer large = new Peer(shared, lane, BulkLane.CONNECTION, sweep, () -> {});
      assertThat(large.loop()).isNotSameAs(small.loop());
    }
  }
}
