package dev.orbit.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A node that stops reading, as one that was stopped or hangs: its connection stands and nothing is
 * taken from it.
 */
class StoppedPeerIT {
  private static final int PAYLOAD = 10_000;
  private static final long QUEUED = 8L << 20;

  /** What the kernels, the proxy and gRPC may hold beside the queue. */
  private static final long ON_THE_WAY = 40L << 20;

  private static final TransportConfig CONFIG =
      TransportConfig.builder()
          .maxMessageBytes(1 << 20)
          .maxQueuedBytes(QUEUED)
          .maxSilence(Duration.ZERO)
          .build();

  private final SystemEnvironment environment = new SystemEnvironment();
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : toClose.reversed()) {
      each.close();
    }
    environment.close();
  }

  private Transport node(NodeId id) {
    Transport node =
        Transports.node(
            environment,
            CONFIG,
            NodeIdentity.node("test", id, () -> 1, new Endpoint("127.0.0.1", 0)),
            other -> Optional.empty(),
            () -> new Content.InfoResponse(id, List.of(), 1),
            new HealthBoard());
    toClose.add(node);
    node.start(
        (message, replies) ->
            replies.reply(message.id(), new Content.InvocationResponse(""), message.payload()));
    return node;
  }

  private static CompletableFuture<Message> call(Transport client, NodeId to) {
    Message message =
        new Message(
            0,
            null,
            null,
            new Content.InvocationRequest(
                new AddressableReference("T", Key.of("k")),
                "m",
                "",
                Content.InvocationReason.INVOCATION,
                false),
            0,
            Headers.NONE.withRemainingMicros(TimeUnit.SECONDS.toMicros(120)),
            new Payload(1, new byte[PAYLOAD]));
    return client.request(to, message).toCompletableFuture();
  }

  @Test
  void costsOthersNothingAndItsCallersABoundedAmountOfMemory() throws Exception {
    NodeId stopped = new NodeId("stopped", "test");
    NodeId other = new NodeId("other", "test");
    FaultProxy proxy = FaultProxy.to(node(stopped).listening().orElseThrow());
    toClose.add(proxy);
    Endpoint there = node(other).listening().orElseThrow();
    Transport client =
        Transports.client(
            environment,
            CONFIG,
            NodeIdentity.client("test"),
            id -> Optional.of(id.equals(stopped) ? proxy.endpoint() : there));
    toClose.add(client);
    call(client, stopped).get(30, TimeUnit.SECONDS);
    call(client, other).get(30, TimeUnit.SECONDS);

    proxy.cut();
    List<CompletableFuture<Message>> taken = new ArrayList<>();
    CompletableFuture<Message> refused = null;
    long most = (QUEUED + ON_THE_WAY) / PAYLOAD + 1;
    int refusals = 0;
    // Once it is refused what has been taken is written as far as it can be, and more may be taken.
    while (taken.size() < most && refusals < 100) {
      CompletableFuture<Message> answer = call(client, stopped);
      if (answer.isCompletedExceptionally()) {
        refused = answer;
        refusals++;
        call(client, other).get(30, TimeUnit.SECONDS);
      } else {
        taken.add(answer);
      }
    }
    for (int i = 0; i < 100; i++) {
      call(client, other).get(30, TimeUnit.SECONDS);
    }
    boolean noneAnswered = taken.stream().noneMatch(CompletableFuture::isDone);
    proxy.heal();

    assertThat(refused).as("was refused after %d", taken.size()).isNotNull();
    assertThat(refused.exceptionNow())
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
              assertThat(e.retryAfter()).isPresent();
            });
    assertThat((long) taken.size() * PAYLOAD).isLessThan(QUEUED + ON_THE_WAY);
    assertThat(noneAnswered).isTrue();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> taken.stream().allMatch(CompletableFuture::isDone));
    assertThat(taken).noneMatch(CompletableFuture::isCompletedExceptionally);
  }
}
