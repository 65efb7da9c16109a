package dev.orbit.benchmarks.guards;

import com.sun.management.OperatingSystemMXBean;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.client.OrbitClient;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.transport.telemetry.MetricsOnly;
import dev.orbit.transport.telemetry.SampledTraces;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * What measuring calls costs: a client and a node over a socket, in one process, without telemetry,
 * with metrics, with metrics and one trace in a hundred, drawn before a span is made or by the
 * SDK's sampler, and with every call traced. What is measured is collected and exported to nowhere.
 * Variants take turns; the processor time of a call counts.
 */
public final class TelemetryCost {
  private static final String METRICS = "metrics";
  private static final String SHARE = "metrics, 1 % traced";
  private static final double ONE_PERCENT = 0.01;
  private static final int WARM_UPS = 4;
  private static final int ROUNDS = 15;
  private static final int CALLS = 60_000;
  private static final int AT_A_TIME = 256;
  private static final int ACTORS = 64;

  private TelemetryCost() {}

  /** Gives back what it is given. */
  @ActorType("benchmarks.guards.Said")
  public interface Said extends ActorWithInt32Key {
    CompletableFuture<String> say(String what);
  }

  /** It. */
  static final class SaidActor implements Said {
    @Override
    public CompletableFuture<String> say(String what) {
      return CompletableFuture.completedFuture(what);
    }
  }

  /** Prints a table. */
  public static void main(String[] args) {
    Map<String, Optional<Sampler>> variants = new LinkedHashMap<>();
    variants.put("off", Optional.empty());
    variants.put("off, once more", Optional.empty());
    variants.put(METRICS, Optional.of(Sampler.alwaysOff()));
    variants.put(SHARE, Optional.of(sampler(1)));
    variants.put("metrics, 1 % kept by the SDK", Optional.of(sampler(0.01)));
    variants.put("metrics, all traced", Optional.of(sampler(1)));
    List<Pair> pairs = new ArrayList<>();
    try {
      variants.forEach((name, sampler) -> pairs.add(new Pair(name, telemetry(name, sampler))));
      for (int round = 0; round < WARM_UPS; round++) {
        pairs.forEach(Pair::run);
      }
      pairs.forEach(pair -> pair.micros.clear());
      for (int round = 0; round < ROUNDS; round++) {
        pairs.forEach(Pair::run);
      }
      List<Double> base = pairs.getFirst().micros;
      System.out.printf(
          Locale.ROOT, "%-28s %14s %10s %s%n", "telemetry", "CPU us/call", "x off", "rounds");
      for (Pair pair : pairs) {
        System.out.printf(
            Locale.ROOT,
            "%-28s %14.2f %10.3f %s%n",
            pair.name,
            median(pair.micros),
            pair.ratio(base),
            pair.micros.stream().map(m -> String.format(Locale.ROOT, "%.2f", m)).toList());
      }
    } finally {
      pairs.forEach(Pair::close);
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static Sampler sampler(double part) {
    return Sampler.parentBased(Sampler.traceIdRatioBased(part));
  }

  private static OpenTelemetry telemetry(String name, Optional<Sampler> sampler) {
    if (name.startsWith("off")) {
      return OpenTelemetry.noop();
    }
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(sampler.orElseThrow())
                    .addSpanProcessor(BatchSpanProcessor.builder(new NoSpans()).build())
                    .build())
            .setMeterProvider(
                SdkMeterProvider.builder()
                    .registerMetricReader(
                        PeriodicMetricReader.builder(new NoMetrics())
                            .setInterval(Duration.ofSeconds(1))
                            .build())
                    .build())
            .build();
    return switch (name) {
      case METRICS -> new MetricsOnly(sdk);
      case SHARE -> new SampledTraces(sdk, ONE_PERCENT);
      default -> sdk;
    };
  }

  /** A node and its client. */
  private static final class Pair implements AutoCloseable {
    final String name;
    final List<Double> micros = new ArrayList<>();
    private final OpenTelemetry telemetry;
    private final OrbitNode node;
    private final OrbitClient client;
    private final List<Said> actors = new ArrayList<>();

    Pair(String name, OpenTelemetry telemetry) {
      this.name = name;
      this.telemetry = telemetry;
      this.node = OrbitNode.builder().actors(SaidActor.class).openTelemetry(telemetry).start();
      this.client =
          OrbitClient.builder().endpoint(node.endpoint()).openTelemetry(telemetry).connect();
      for (int i = 0; i < ACTORS; i++) {
        actors.add(client.get(Said.class, i));
      }
    }

    void run() {
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long before = system.getProcessCpuTime();
      Semaphore room = new Semaphore(AT_A_TIME);
      for (int i = 0; i < CALLS; i++) {
        room.acquireUninterruptibly();
        var _ = actors.get(i % ACTORS).say("what is said").whenComplete((_, _) -> room.release());
      }
      room.acquireUninterruptibly(AT_A_TIME);
      micros.add((system.getProcessCpuTime() - before) / 1e3 / CALLS);
    }

    /** Of each round to that of another in the same round. */
    double ratio(List<Double> other) {
      return median(
          IntStream.range(0, other.size()).mapToObj(i -> micros.get(i) / other.get(i)).toList());
    }

    @Override
    public void close() {
      client.close();
      node.close();
      OpenTelemetry real =
          switch (telemetry) {
            case MetricsOnly(OpenTelemetry sdk) -> sdk;
            case SampledTraces(OpenTelemetry sdk, double _) -> sdk;
            default -> telemetry;
          };
      if (real instanceof OpenTelemetrySdk sdk) {
        sdk.close();
      }
    }
  }

  /** Takes all metrics and does nothing with them. */
  private static final class NoMetrics implements MetricExporter {
    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  /** Takes all spans and does nothing with them. */
  private static final class NoSpans implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
