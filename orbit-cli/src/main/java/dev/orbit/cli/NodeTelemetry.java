package dev.orbit.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orbit.api.address.Endpoint;
import dev.orbit.transport.telemetry.MetricsOnly;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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

  private NodeTelemetry(
      @Nullable OpenTelemetrySdk sdk, @Nullable HttpServer server, boolean traces) {
    this.sdk = sdk;
    this.server = server;
    this.traces = traces;
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
      return new NodeTelemetry(null, null, false);
    }
    Collecting reader = new Collecting();
    Map<String, String> defaults = new HashMap<>();
    defaults.put("otel.service.name", "orbit");
    defaults.put("otel.resource.attributes", "orbit.node.name=" + name);
    defaults.put("otel.traces.exporter", OFF);
    defaults.put("otel.metrics.exporter", OFF);
    defaults.put("otel.logs.exporter", OFF);
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> defaults)
            .addMeterProviderCustomizer(
                (meters, _) -> metrics.isPresent() ? meters.registerMetricReader(reader) : meters)
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk();
    // As OpenTelemetry's own configuration has it.
    String exporter =
        System.getProperty(
            "otel.traces.exporter", environment.getOrDefault("OTEL_TRACES_EXPORTER", OFF));
    boolean traces = !exporter.equals(OFF);
    return new NodeTelemetry(sdk, metrics.map(at -> serve(at, reader)).orElse(null), traces);
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
    return sdk == null ? OpenTelemetry.noop() : traces ? sdk : new MetricsOnly(sdk);
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
