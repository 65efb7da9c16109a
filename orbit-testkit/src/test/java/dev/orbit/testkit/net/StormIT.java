package dev.orbit.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.transport.ConnectionStatistics;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.TransportMeter;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many ends at one node that goes away and comes back, and one end at a link that comes and goes.
 */
class StormIT {
  private static final int ENDS = 50;
  private static final NodeId NODE = new NodeId("b", "test");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(400);

  private final SystemEnvironment environment = new SystemEnvironment();
  private final List<Transport> open = Collections.synchronizedList(new ArrayList<>());

  /** How long the ends mean to wait before they dial again, by attempt. */
  private final List<Long> firstPauses = Collections.synchronizedList(new ArrayList<>());

  private final List<Duration> redials = Collections.synchronizedList(new ArrayList<>());
  private FaultProxy proxy;

  @AfterEach
  void close() {
    open.forEach(Transport::close);
    if (proxy != null) {
      proxy.close();
    }
    environment.close();
  }

  private Transport node() {
    Transport node =
        Transports.node(
            environment,
            TransportConfig.DEFAULT,
            NodeIdentity.node("test", NODE, () -> 1, new Endpoint("127.0.0.1", 0)),
            other -> Optional.empty(),
            () -> new Content.InfoResponse(NODE, List.of(), 1),
            new HealthBoard());
    open.add(node);
    node.start(
        (message, replies) ->
            replies.reply(message.id(), new Content.InvocationResponse(""), message.payload()));
    return node;
  }

  private Transport end(TransportConfig config) {
    Transport end =
        Transports.client(
            new Noted(),
            config,
            NodeIdentity.client("test"),
            asked -> Optional.of(proxy.endpoint()));
    open.add(end);
    return end;
  }

  private static TransportConfig.Builder config() {
    return TransportConfig.builder().connectTimeout(LONG).maxSilence(Duration.ZERO);
  }

  private static CompletableFuture<Message> call(Transport end) {
    Content.InvocationRequest request =
        new Content.InvocationRequest(
            new AddressableReference("T", Key.of("k")),
            "m",
            "",
            Content.InvocationReason.INVOCATION,
            false);
    Headers headers = Headers.NONE.withRemainingMicros(TimeUnit.SECONDS.toMicros(60));
    return end.request(NODE, Message.of(0, request).withHeaders(headers)).toCompletableFuture();
  }

  private static PeerStatus.State state(Transport end) {
    return end.connections().state(NODE);
  }

  /** S0.5: no herd. */
  @Test
  void manyEndsComeBackToARestartedNodeSpreadOverTime() throws Exception {
    Transport first = node();
    proxy = FaultProxy.to(first.listening().orElseThrow());
    TransportConfig config =
        config().initialBackoff(FIRST_PAUSE).maxBackoff(Duration.ofSeconds(2)).build();
    List<Transport> ends = new ArrayList<>();
    for (int i = 0; i < ENDS; i++) {
      Transport end = end(config);
      end.measure(
          new TransportMeter() {
            private boolean paused;

            @Override
            public synchronized void pausing(long nanos) {
              if (!paused) {
                paused = true;
                firstPauses.add(nanos);
              }
            }
          });
      end.connections().warm(NODE);
      ends.add(end);
    }
    await()
        .atMost(LONG)
        .until(() -> ends.stream().allMatch(end -> state(end) == PeerStatus.State.READY));
    // Connections that were good for a second are made again at once, almost.
    await()
        .atMost(LONG)
        .until(
            () ->
                ends.stream()
                    .map(end -> end.peers().getFirst().statistics().age())
                    .allMatch(age -> age.compareTo(Duration.ofSeconds(1)) > 0));

    redials.clear();
    proxy.refuse();
    proxy.reset();
    await().atMost(LONG).until(() -> firstPauses.size() == ENDS);
    Transport second = node();
    proxy.retarget(second.listening().orElseThrow());
    first.close();
    proxy.heal();
    await()
        .atMost(LONG)
        .until(() -> ends.stream().allMatch(end -> state(end) == PeerStatus.State.READY));
    for (Transport end : ends) {
      call(end).get(60, TimeUnit.SECONDS);
    }

    assertThatNoneComeTogether();
  }

  private void assertThatNoneComeTogether() {
    List<Long> atOnce =
        redials.stream()
            .filter(pause -> pause.compareTo(Duration.ofMillis(100)) < 0)
            .map(Duration::toNanos)
            .filter(nanos -> nanos % 1_000_000 != 0)
            .toList();
    assertThat(atOnce).hasSizeGreaterThanOrEqualTo(ENDS);
    report("first attempt", atOnce, Duration.ofMillis(10));
    report("second attempt", firstPauses, FIRST_PAUSE.dividedBy(25));
    assertThat(mostWithin(atOnce, Duration.ofMillis(10)))
        .as("the most that dial again within 10 ms of each other: %s", atOnce)
        .isLessThan(atOnce.size() / 2);
    assertThat(mostWithin(firstPauses, FIRST_PAUSE.dividedBy(25)))
        .as("the most that wait equally long, but for 16 ms: %s", firstPauses)
        .isLessThan(ENDS / 2);
  }

  private static void report(String attempt, List<Long> pauses, Duration window) {
    long[] millis = pauses.stream().mapToLong(TimeUnit.NANOSECONDS::toMillis).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "[storm] %s of %d ends: after %d to %d ms, half of them by %d ms; at most %d within %d"
            + " ms%n",
        attempt,
        millis.length,
        millis[0],
        millis[millis.length - 1],
        millis[millis.length / 2],
        mostWithin(pauses, window),
        window.toMillis());
  }

  private static int mostWithin(List<Long> moments, Duration window) {
    int most = 0;
    for (long begin : moments) {
      int within = 0;
      for (long moment : moments) {
        within += moment - begin >= 0 && moment - begin <= window.toNanos() ? 1 : 0;
      }
      most = Math.max(most, within);
    }
    return most;
  }

  @Test
  void aLinkThatComesAndGoesIsNotDialledInALoop() throws Exception {
    Transport node = node();
    proxy = FaultProxy.to(node.listening().orElseThrow());
    Transport end =
        end(
            config()
                .initialBackoff(Duration.ofMillis(5))
                .maxBackoff(Duration.ofMillis(100))
                .build());
    end.connections().warm(NODE);
    int rounds = 12;
    List<CompletableFuture<Message>> calls = new ArrayList<>();

    for (int round = 0; round < rounds; round++) {
      await().atMost(LONG).until(() -> state(end) == PeerStatus.State.READY);
      calls.add(call(end));
      proxy.reset();
      long made = end.peers().getFirst().statistics().connects();
      await()
          .atMost(LONG)
          .until(
              () ->
                  state(end) != PeerStatus.State.READY
                      || end.peers().getFirst().statistics().connects() > made);
    }
    await().atMost(LONG).until(() -> state(end) == PeerStatus.State.READY);
    call(end).get(60, TimeUnit.SECONDS);

    // Each ended: with an answer, or with an error that says what may be assumed.
    for (CompletableFuture<Message> call : calls) {
      await().atMost(LONG).until(call::isDone);
    }
    ConnectionStatistics seen = end.peers().getFirst().statistics();
    // One for each time it was broken, and the first.
    assertThat(seen.connects()).isLessThanOrEqualTo(rounds + 1);
  }

  /** S1.2: pings notice what nothing else does. */
  @Test
  void aConnectionThatCarriesNothingAnyMoreIsGivenUpByPings() {
    Transport node = node();
    proxy = FaultProxy.to(node.listening().orElseThrow());
    // The least that gRPC allows.
    Duration interval = Duration.ofSeconds(10);
    Transport pinging =
        end(config().keepAliveInterval(interval).keepAliveTimeout(Duration.ofMillis(500)).build());
    Transport silent = end(config().keepAliveInterval(Duration.ZERO).build());
    List.of(pinging, silent).forEach(end -> end.connections().warm(NODE));
    await()
        .atMost(LONG)
        .until(
            () ->
                state(pinging) == PeerStatus.State.READY
                    && state(silent) == PeerStatus.State.READY);

    proxy.cut();
    await().atMost(LONG).until(() -> state(pinging) != PeerStatus.State.READY);

    assertThat(state(silent)).isEqualTo(PeerStatus.State.READY);
  }

  /** Remembers for how long something was to be put off. */
  private final class Noted implements Environment {
    @Override
    public long nanoTime() {
      return environment.nanoTime();
    }

    @Override
    public Instant wallTime() {
      return environment.wallTime();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      redials.add(delay);
      return environment.schedule(delay, task);
    }

    @Override
    public Cancellable scheduleRepeatedly(Duration period, Runnable task) {
      return environment.scheduleRepeatedly(period, task);
    }

    @Override
    public Executor virtualThreads() {
      return environment.virtualThreads();
    }

    @Override
    public Thread startThread(String name, Runnable body) {
      return environment.startThread(name, body);
    }

    @Override
    public RandomGenerator random() {
      return environment.random();
    }
  }
}
