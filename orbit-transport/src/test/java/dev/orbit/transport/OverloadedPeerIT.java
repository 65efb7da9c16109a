package dev.orbit.transport;

import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that is asked for more than it can do, and then for less. */
class OverloadedPeerIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration TURN = Duration.ofMillis(20);
  private static final int AT_ONCE = 40;
  private static final int MOST = 256;
  private static final TransportConfig CONFIG =
      TransportConfig.builder()
          .maxInFlight(MOST)
          .adaptiveInFlight(true)
          .maxSilence(Duration.ZERO)
          .build();

  private final TestCluster cluster = new TestCluster();
  private final Queue<Work> waiting = new ArrayDeque<>();

  private record Work(long until, Runnable answer) {}

  @AfterEach
  void close() {
    cluster.close();
  }

  private synchronized void take(Message message, ReplySink replies) {
    long left = TimeUnit.MICROSECONDS.toNanos(message.headers().remainingMicros());
    waiting.add(
        new Work(
            cluster.environment.nanoTime() + left,
            () ->
                replies.reply(
                    message.id(), new Content.InvocationResponse(""), message.payload())));
  }

  /** One after the other, of those that somebody waits for. */
  private synchronized void serve() {
    Work next = waiting.poll();
    while (next != null && next.until - cluster.environment.nanoTime() < 0) {
      next = waiting.poll();
    }
    if (next != null) {
      next.answer.run();
    }
  }

  private static CompletableFuture<Message> call(Transport end, NodeId node) {
    Content.InvocationRequest request =
        new Content.InvocationRequest(
            new AddressableReference("T", Key.of("k")),
            "m",
            "",
            Content.InvocationReason.INVOCATION,
            false);
    Headers headers = Headers.NONE.withRemainingMicros(TimeUnit.SECONDS.toMicros(2));
    return end.request(node, Message.of(0, request).withHeaders(headers)).toCompletableFuture();
  }

  private static int limit(Transport end) {
    return end.peers().stream().mapToInt(peer -> peer.statistics().limit()).min().orElse(MOST);
  }

  @Test
  void fewerAreUnderWayToItUntilItAnswersInTimeAgain() {
    cluster.node("slow", this::take);
    NodeId node = new NodeId("slow", TestCluster.NAME);
    Transport end = cluster.client(CONFIG, TestCluster.NAME);
    var serving = cluster.environment.scheduleRepeatedly(TURN, this::serve);
    var asking =
        cluster.environment.scheduleRepeatedly(
            Duration.ofMillis(100),
            () -> {
              for (int i = 0; i < AT_ONCE; i++) {
                var _ = call(end, node);
              }
            });

    await().atMost(LONG).until(() -> limit(end) < MOST);
    await()
        .atMost(LONG)
        .until(
            () -> {
              CompletableFuture<Message> one = call(end, node);
              return one.isCompletedExceptionally()
                  && refusal(one).contains("answers too late for its callers");
            });
    asking.cancel();

    await()
        .atMost(LONG)
        .until(
            () -> {
              var _ = call(end, node);
              return limit(end) == MOST;
            });
    serving.cancel();
  }

  private static String refusal(CompletableFuture<Message> call) {
    return call.handle(
            (_, failure) -> {
              Throwable why =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              return why instanceof NotExecutedException known
                      && known.code() == ErrorCode.OVERLOADED
                  ? known.description()
                  : "";
            })
        .join();
  }
}
