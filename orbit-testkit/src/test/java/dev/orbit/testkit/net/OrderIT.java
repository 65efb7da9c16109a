package dev.orbit.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.transport.BulkConfig;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many numbered messages over connections that are lost in every way. What one sender sends to one
 * target arrives in its order and once, or its sender knows that it may not have arrived.
 *
 * <p>{@code -Dorbit.order.messages=1000000} makes it as many, with more faults in proportion.
 */
class OrderIT {
  private static final NodeId NODE = new NodeId("b", "test");
  private static final int MESSAGES = Integer.getInteger("orbit.order.messages", 40_000);
  private static final int ROUNDS = Math.max(2, MESSAGES / 25_000);
  private static final int SENDERS = 4;
  private static final TransportConfig CONFIG =
      TransportConfig.builder()
          .initialBackoff(Duration.ofMillis(10))
          .maxBackoff(Duration.ofMillis(50))
          .connectTimeout(Duration.ofSeconds(10))
          .maxConnections(3)
          .bulk(new BulkConfig(NumberedCalls.LARGE_BYTES / 2, 4096, 1 << 20, 1 << 20))
          .build();

  private final SystemEnvironment environment = new SystemEnvironment();
  private final Transport node =
      Transports.node(
          environment,
          CONFIG,
          NodeIdentity.node("test", NODE, () -> 1, new Endpoint("127.0.0.1", 0)),
          other -> Optional.empty(),
          () -> new Content.InfoResponse(NODE, List.of(), 1),
          new HealthBoard());
  private final NumberedCalls calls = new NumberedCalls();
  private FaultProxy proxy;
  private Transport client;

  @AfterEach
  void close() {
    client.close();
    proxy.close();
    node.close();
    environment.close();
  }

  private boolean isReady() {
    List<PeerStatus> peers = client.peers();
    return !peers.isEmpty()
        && peers.stream().allMatch(peer -> peer.state() == PeerStatus.State.READY);
  }

  private void awaitReady() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              // Each connection is made again when something is to go over it.
              calls.askEach(client, NODE);
              return isReady();
            });
  }

  private void pause(long millis) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    environment.schedule(Duration.ofMillis(millis), over::countDown);
    over.await();
  }

  /** One of each kind, and traffic between them. */
  private void faults() throws InterruptedException {
    proxy.reset();
    pause(50);
    awaitReady();
    proxy.cut();
    pause(150);
    proxy.heal();
    pause(50);
    // What was sent arrives long after the connection that takes its place is made.
    proxy.delay(Duration.ofMillis(400), Duration.ZERO);
    pause(100);
    proxy.abandon();
    proxy.heal();
    awaitReady();
    pause(100);
    proxy.delay(Duration.ofMillis(2), Duration.ofMillis(60));
    pause(100);
    proxy.abandon();
    pause(150);
    proxy.refuse();
    proxy.reset();
    pause(50);
    proxy.heal();
    awaitReady();
    proxy.cut(Direction.FROM_TARGET);
    pause(100);
    proxy.reset();
    proxy.heal();
    awaitReady();
    pause(100);
  }

  @Test
  void arrivesInOrderAndOnceOverConnectionsThatAreLost() throws Exception {
    node.start(calls);
    proxy = FaultProxy.to(node.listening().orElseThrow());
    client =
        Transports.client(
            environment, CONFIG, NodeIdentity.client("test"), id -> Optional.of(proxy.endpoint()));
    awaitReady();

    List<Future<?>> senders = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int sender = 0; sender < SENDERS; sender++) {
        int number = sender;
        senders.add(
            threads.submit(
                () -> {
                  calls.send(client, NODE, number, MESSAGES / SENDERS, this::awaitReady);
                  return null;
                }));
      }
      for (int round = 0; round < ROUNDS; round++) {
        faults();
      }
      calls.endWhenEnough();
      for (Future<?> sender : senders) {
        sender.get(20, TimeUnit.MINUTES);
      }
    }
    calls.awaitAllOver(Duration.ofSeconds(60));

    System.out.println(calls);
    assertThat(calls.violations().stream().limit(10)).isEmpty();
    assertThat(calls.answered()).isGreaterThan(MESSAGES / 4);
    // Without them there was no fault that mattered.
    assertThat(calls.unknown()).isPositive();
  }
}
