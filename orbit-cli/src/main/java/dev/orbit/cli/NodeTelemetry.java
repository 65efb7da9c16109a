package dev.orbit.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orbit.api.address.Endpoint;
import dev.orbit.transport.telemetry.MetricsOnly;
import dev.orbit.transport.telemetry.SampledTraces;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The telemetry of a node process: {@code /metrics} for Prometheus where an endpoint is given, and
 * OTLP where the environment asks for it by OpenTelemetry's own variables, as {@code
 * OTEL_TRACES_EXPORTER=otlp}. With neither, nothing is measured.
 */
final class NodeTelemetry implements AutoCloseable {
  private static final String OFF = "none";

  private final @Nullable OpenTelemetrySdk sdk;
  private final @Nullable HttpServer server;
  private final boolean traces;
  private final double share;

  private NodeTelemetry(
      @Nullable OpenTelemetrySdk sdk, @Nullable HttpServer server, boolean traces, double share) {
    this.sdk = sdk;
    this.server = server;
    this.traces = traces;
    this.share = share;
  }

  /**
   * Telemetry of the node {@code name}.
   *
   * @param metrics where to serve {@code /metrics}
   * @param environment the environment variables
   */
  static NodeTelemetry start(
      String name, Optional<Endpoint> metrics, Map<String, String> environment) {
    boolean asked =
        environment.containsKey("OTEL_TRACES_EXPORTER")
            || environment.containsKey("OTEL_METRICS_EXPORTER");
    if (metrics.isEmpty() && !asked) {
      return new NodeTelemetry(null, null, false, 1);
    }
    Collecting reader = new Collecting();
    Map<String, String> defaults = new HashMap<>();
    defaults.put("otel.service.name", "orbit");
    defaults.put("otel.resource.attributes", "orbit.node.name=" + name);
    defaults.put("otel.traces.exporter", OFF);
    defaults.put("otel.metrics.exporter", OFF);
    defaults.put("otel.logs.exporter", OFF);
    double share = share(environment);
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> defaults)
            .addMeterProviderCustomizer(
                (meters, _) -> metrics.isPresent() ? meters.registerMetricReader(reader) : meters)
            // Which calls are traced is decided before there is a span.
            .addSamplerCustomizer(
                (sampler, _) -> share < 1 ? Sampler.parentBased(Sampler.alwaysOn()) : sampler)
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk();
    boolean traces = !setting(environment, "OTEL_TRACES_EXPORTER", OFF).equals(OFF);
    return new NodeTelemetry(sdk, metrics.map(at -> serve(at, reader)).orElse(null), traces, share);
  }

  /** As OpenTelemetry's own configuration has it. */
  private static String setting(Map<String, String> environment, String name, String otherwise) {
    return System.getProperty(
        name.toLowerCase(Locale.ROOT).replace('_', '.'), environment.getOrDefault(name, otherwise));
  }

  /** Which part of the traces is wanted, where the configuration asks for a part of them. */
  private static double share(Map<String, String> environment) {
    if (!setting(environment, "OTEL_TRACES_SAMPLER", "").equals("parentbased_traceidratio")) {
      return 1;
    }
    String part = setting(environment, "OTEL_TRACES_SAMPLER_ARG", "1");
    try {
      double share = Double.parseDouble(part);
      // What makes no sense the SDK itself refuses, and of nothing it has a sampler.
      return share > 0 && share <= 1 ? share : 1;
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private static HttpServer serve(Endpoint at, Collecting reader) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(at.host(), at.port()), 0);
      server.createContext("/metrics", exchange -> answer(exchange, reader));
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return server;
    } catch (IOException e) {
      throw new UserError(
          ExitCodes.USAGE,
          "cannot serve metrics at %s: %s; choose another --metrics".formatted(at, e.getMessage()));
    }
  }

  private static void answer(HttpExchange exchange, Collecting reader) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] text = PrometheusText.of(reader.collect());
      exchange.getResponseHeaders().set("Content-Type", PrometheusText.CONTENT_TYPE);
      exchange.sendResponseHeaders(200, text.length);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(text);
      }
    }
  }

  /** What the node measures by. */
  OpenTelemetry openTelemetry() {
    if (sdk == null) {
      return OpenTelemetry.noop();
    }
    if (!traces) {
      return new MetricsOnly(sdk);
    }
    return share < 1 ? new SampledTraces(sdk, share) : sdk;
  }

  /** Where {@code /metrics} is served. */
  Optional<Integer> port() {
    return server == null ? Optional.empty() : Optional.of(server.getAddress().getPort());
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
    if (sdk != null) {
      sdk.close();
    }
  }

  /** Collects when it is asked. */
  private static final class Collecting implements MetricReader {
    private volatile CollectionRegistration registration = CollectionRegistration.noop();

    Collection<MetricData> collect() {
      Collection<MetricData> collected = registration.collectAllMetrics();
      return collected == null ? List.of() : collected;
    }

    @Override
    public void register(CollectionRegistration given) {
      registration = given;
    }

    @Override
    public CompletableResultCode forceFlush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }
  }
}
