package dev.orbit.faults.stopped;

import dev.orbit.api.address.Endpoint;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.MetricsOnly;
import dev.orbit.transport.telemetry.OrbitMetric;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node that hosts {@link Echo}. The first one, which is also the voter, is told by lines:
 *
 * <ul>
 *   <li>{@code begin}: calls actors of nodes 2 and 3 from then on, and says {@code begun}
 *   <li>{@code mark N}: says {@code stopped N} and {@code others N} with the {@link Crowd.Figures}
 *       of either crowd since the mark before
 *   <li>{@code memory N}: says {@code memory N}, the bytes that are alive, the most bytes that
 *       waited for node 2 since it was asked last, and the most requests that did
 *   <li>{@code where N}: says {@code where N} with the nodes on which those actors are that were on
 *       node 2 at first
 * </ul>
 *
 * <p>Arguments: its number, its data directory, and the addresses of all three.
 */
final class EchoNode {
  static final int PORT = 7400;
  static final Duration LEASE = Duration.ofSeconds(5);
  static final Duration CALL = Duration.ofMillis(1_500);

  /** Half of what the callers with large payloads have under way, so that it is reached. */
  static final long MOST_QUEUED = 4L << 20;

  static final int SMALL = 1024;
  static final int LARGE = 64 * 1024;

  /** Of the node that will stop. */
  static final int CALLERS_WITH_SMALL = 192;

  /** Of the node that will stop. */
  static final int CALLERS_WITH_LARGE = 128;

  private static final int RAFT_PORT = 7500;
  private static final int ACTORS = 32;
  private static final long LOOK_MILLIS = 20;

  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final OrbitNode node;
  private final AtomicLong mostQueued = new AtomicLong();
  private final AtomicLong mostActive = new AtomicLong();

  private EchoNode(String number, Path data, List<String> addresses) {
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    int index = Integer.parseInt(number) - 1;
    node =
        OrbitNode.builder()
            .cluster("stopped")
            .name("n" + number)
            .listen(new Endpoint(addresses.get(index), PORT))
            .voters(Map.of("n1", new Endpoint(addresses.getFirst(), RAFT_PORT)))
            .dataDirectory(data)
            .stateStore(new MemoryStateStore())
            .actors(Echo.EchoActor.class)
            .codec(new RawCodec())
            .leaseDuration(LEASE)
            .callTimeout(CALL)
            .transportSettings(
                Map.of("max-message-bytes", 1 << 20, "max-queued-bytes", MOST_QUEUED))
            .openTelemetry(new MetricsOnly(sdk))
            .start();
  }

  public static void main(String[] arguments) throws IOException {
    EchoNode echo =
        new EchoNode(
            arguments[0], Path.of(arguments[1]), List.of(arguments).subList(2, arguments.length));
    System.out.println("ready");
    echo.obey();
    Runtime.getRuntime().halt(0);
  }

  private void obey() throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Crowd stopped = new Crowd(node.actors(), List.of());
    Crowd others = stopped;
    List<String> moving = List.of();
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "begin" -> {
          moving = keysOf("n2");
          stopped = new Crowd(node.actors(), moving);
          others = new Crowd(node.actors(), keysOf("n3"));
          // Little of what the machine can do, so that what is held up shows.
          stopped.join(new Crowd.Callers(CALLERS_WITH_SMALL, SMALL, 400));
          stopped.join(new Crowd.Callers(CALLERS_WITH_LARGE, LARGE, 1_500));
          others.join(new Crowd.Callers(64, SMALL, 100));
          others.join(new Crowd.Callers(32, LARGE, 1_500));
          watch();
          System.out.println("begun");
        }
        case "mark" -> {
          System.out.println("stopped " + words[1] + " " + stopped.figures());
          System.out.println("others " + words[1] + " " + others.figures());
        }
        case "memory" ->
            System.out.printf(
                "memory %s %d %d %d%n",
                words[1], alive(), mostQueued.getAndSet(0), mostActive.getAndSet(0));
        case "where" ->
            System.out.println(
                "where " + words[1] + " " + moving.stream().map(this::where).distinct().toList());
        default -> throw new IllegalStateException(line);
      }
    }
  }

  private String where(String key) {
    return node.actors().get(Echo.class, key).where();
  }

  private List<String> keysOf(String name) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; keys.size() < ACTORS; i++) {
      if (where("echo-" + i).equals(name)) {
        keys.add("echo-" + i);
      }
    }
    return keys;
  }

  private void watch() {
    var _ =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory())
            .scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    metrics
        .collectAllMetrics()
        .forEach(
            metric -> {
              if (metric.getName().equals(OrbitMetric.PEER_QUEUED_BYTES.metricName())) {
                mostQueued.accumulateAndGet(of2(metric.getLongGaugeData().getPoints()), Math::max);
              } else if (metric.getName().equals(OrbitMetric.PEER_ACTIVE.metricName())) {
                mostActive.accumulateAndGet(of2(metric.getLongGaugeData().getPoints()), Math::max);
              }
            });
  }

  private static long of2(Iterable<LongPointData> points) {
    long value = 0;
    for (LongPointData point : points) {
      if ("n2".equals(point.getAttributes().get(AttributeKey.stringKey("orbit.peer")))) {
        value += point.getValue();
      }
    }
    return value;
  }

  /** What a collection leaves; the least of several, because what is under way changes. */
  private static long alive() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
