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
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import dev.orbit.transport.limits.BreakerConfig;
import dev.orbit.transport.limits.CircuitBreaker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node behind a link that lets nothing through, while the connection stands. */
class PeerBreakerIT {
  private static final NodeId NODE = new NodeId("b", "test");
  private static final TransportConfig CONFIG =
      TransportConfig.builder()
          .maxSilence(Duration.ofMillis(200))
          .breaker(new BreakerConfig(5, 0.6, Duration.ofMillis(500), 1))
          .build();

  private final SystemEnvironment environment = new SystemEnvironment();
  private final Transport node =
      Transports.node(
          environment,
          TransportConfig.DEFAULT,
          NodeIdentity.node("test", NODE, () -> 1, new Endpoint("127.0.0.1", 0)),
          other -> Optional.empty(),
          () -> new Content.InfoResponse(NODE, List.of(), 1),
          new HealthBoard());
  private FaultProxy proxy;
  private Transport client;

  @AfterEach
  void close() {
    client.close();
    proxy.close();
    node.close();
    environment.close();
  }

  private CompletableFuture<Message> call(Content content, Duration timeout) {
    Headers headers =
        Headers.NONE.withRemainingMicros(TimeUnit.NANOSECONDS.toMicros(timeout.toNanos()));
    return client.request(NODE, Message.of(0, content).withHeaders(headers)).toCompletableFuture();
  }

  private CompletableFuture<Message> call(Duration timeout) {
    return call(
        new Content.InvocationRequest(
            new AddressableReference("T", Key.of("k")),
            "m",
            "",
            Content.InvocationReason.INVOCATION,
            false),
        timeout);
  }

  private CircuitBreaker.State breaker() {
    return client.peers().getFirst().breaker();
  }

  @Test
  void keepsCallersFromANodeThatSaysNothingAndLetsThemThroughWhenItSpeaksAgain() throws Exception {
    node.start(
        (message, replies) ->
            replies.reply(message.id(), new Content.InvocationResponse(""), null));
    proxy = FaultProxy.to(node.listening().orElseThrow());
    client =
        Transports.client(
            environment, CONFIG, NodeIdentity.client("test"), id -> Optional.of(proxy.endpoint()));
    call(Duration.ofSeconds(30)).get(30, TimeUnit.SECONDS);

    proxy.cut();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              var _ = call(Duration.ofMillis(50));
              return breaker() == CircuitBreaker.State.OPEN;
            });
    CompletableFuture<Message> ofNodes = call(new Content.InfoRequest(), Duration.ofSeconds(30));
    Throwable refused =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> {
                  CompletableFuture<Message> call = call(Duration.ofSeconds(30));
                  return call.isCompletedExceptionally() ? call.exceptionNow() : null;
                },
                Objects::nonNull);
    long counted = client.peers().getFirst().refused();
    proxy.heal();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try {
                call(Duration.ofSeconds(1)).join();
                return true;
              } catch (CompletionException e) {
                return false;
              }
            });

    assertThat(refused)
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE);
              assertThat(e.retryAfter()).isPresent();
              assertThat(e).hasMessageContaining("transport breaker");
            });
    assertThat(counted).isPositive();
    assertThat(ofNodes.get(30, TimeUnit.SECONDS).content())
        .isInstanceOf(Content.InfoResponse.class);
    assertThat(client.peers().getFirst().opened()).isPositive();
    await().atMost(Duration.ofSeconds(30)).until(() -> breaker() == CircuitBreaker.State.CLOSED);
  }
}
