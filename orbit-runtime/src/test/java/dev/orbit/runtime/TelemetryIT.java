package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.error.ActorFailedException;
import dev.orbit.client.OrbitClient;
import dev.orbit.transport.telemetry.OrbitMetric;
import dev.orbit.transport.telemetry.SampledTraces;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One trace through client, node and actors, and every instrument of the catalogue. */
class TelemetryIT {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  /** What a node measures of other nodes, which there are none of here. */
  private static final Set<OrbitMetric> OF_OTHERS =
      EnumSet.of(
          OrbitMetric.PEER_REQUESTS,
          OrbitMetric.PEER_ACTIVE,
          OrbitMetric.PEER_QUEUED,
          OrbitMetric.PEER_QUEUED_BYTES,
          OrbitMetric.PEER_LATENCY,
          OrbitMetric.PEER_BYTES,
          OrbitMetric.CONNECT_DURATION,
          OrbitMetric.BACKOFF_DURATION,
          OrbitMetric.REQUEST_DURATION,
          OrbitMetric.REQUEST_SIZE,
          OrbitMetric.ANSWER_SIZE,
          OrbitMetric.BATCH_SIZE,
          OrbitMetric.QUEUE_AGE);

  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .build();

  @Test
  void aTraceGoesThroughEveryHopAndEveryInstrumentIsTheCatalogues() {
    try (OrbitNode node = OrbitNode.builder().actors(CartActor.class).openTelemetry(sdk).start();
        OrbitClient client =
            OrbitClient.builder()
                .endpoint(node.endpoint())
                .name("shop")
                .openTelemetry(sdk)
                .connect()) {
      Span mine = sdk.getTracer("test").spanBuilder("mine").startSpan();
      try (Scope _ = mine.makeCurrent()) {
        client.get(Cart.class, "a").addToBoth("b", new Cart.Line("x", 1));
      }
      mine.end();
      assertThatThrownBy(() -> client.get(Cart.class, "a").failWith("on purpose"))
          .isInstanceOf(ActorFailedException.class);

      await()
          .untilAsserted(
              () ->
                  assertThat(spans.getFinishedSpanItems())
                      .filteredOn(
                          span -> span.getTraceId().equals(mine.getSpanContext().getTraceId()))
                      .hasSize(5));
      SpanData called = child(mine.getSpanContext().getSpanId());
      assertThat(called.getKind()).isEqualTo(SpanKind.CLIENT);
      assertThat(called.getName()).startsWith("test.Cart/addToBoth");
      SpanData turn = child(called.getSpanId());
      assertThat(turn.getKind()).isEqualTo(SpanKind.SERVER);
      SpanData nested = child(turn.getSpanId());
      assertThat(nested.getKind()).isEqualTo(SpanKind.CLIENT);
      assertThat(child(nested.getSpanId()).getKind()).isEqualTo(SpanKind.SERVER);

      List<MetricData> collected =
          metrics.collectAllMetrics().stream()
              .filter(metric -> metric.getInstrumentationScopeInfo().getName().equals("dev.orbit"))
              .toList();
      Set<String> catalogue =
          Arrays.stream(OrbitMetric.values())
              .filter(metric -> !OF_OTHERS.contains(metric))
              .map(OrbitMetric::metricName)
              .collect(Collectors.toSet());
      assertThat(collected).extracting(MetricData::getName).containsAll(catalogue);
      collected.forEach(TelemetryIT::assertThatItIsTheCatalogues);
      assertThat(failures(collected)).contains("ORBIT-3001");
      assertThat(ofTheClient(collected, OrbitMetric.PEER_REQUESTS)).isPositive();
      assertThat(ofTheClient(collected, OrbitMetric.CONNECTIONS)).isPositive();
      assertThat(node.sent().here()).as("calls within a node").isPositive();
    }
    assertThat(metrics.collectAllMetrics())
        .as("what is closed is read no more")
        .extracting(MetricData::getName)
        .doesNotContain("orbit.node.activations", "orbit.peer.connections");
  }

  private static void assertThatItIsTheCatalogues(MetricData metric) {
    OrbitMetric known =
        Arrays.stream(OrbitMetric.values())
            .filter(m -> m.metricName().equals(metric.getName()))
            .findAny()
            .orElseThrow(() -> new AssertionError(metric.getName() + " is in no catalogue"));
    assertThat(metric.getUnit()).isEqualTo(known.unit());
    metric.getData().getPoints().stream()
        .flatMap(point -> point.getAttributes().asMap().keySet().stream())
        .forEach(key -> assertThat(known.attributes()).contains(key.getKey()));
  }

  private SpanData child(String parent) {
    Optional<SpanData> found =
        spans.getFinishedSpanItems().stream()
            .filter(span -> span.getParentSpanId().equals(parent))
            .findAny();
    return found.orElseThrow(() -> new AssertionError("no span below " + parent));
  }

  @Test
  void drawnTracesAreWholeOrNotThere() {
    int calls = 100;
    OpenTelemetry drawn = new SampledTraces(sdk, 0.5);
    try (OrbitNode node = OrbitNode.builder().actors(CartActor.class).openTelemetry(drawn).start();
        OrbitClient client =
            OrbitClient.builder().endpoint(node.endpoint()).openTelemetry(drawn).connect()) {
      for (int i = 0; i < calls; i++) {
        client.get(Cart.class, "a").addToBoth("b", new Cart.Line("x", 1));
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(tracesBySpans().keySet())
                      .as("call, turn, call within it, its turn")
                      .containsExactly(4L));
    }

    assertThat(tracesBySpans().get(4L)).hasSizeBetween(calls / 4, calls * 3 / 4);
  }

  @Test
  void whatAParentHasDecidedNotToTakeHasNoSpans() {
    SpanContext notTaken =
        SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getDefault(),
            TraceState.getDefault());
    try (OrbitNode node = OrbitNode.builder().actors(CartActor.class).openTelemetry(sdk).start();
        OrbitClient client =
            OrbitClient.builder().endpoint(node.endpoint()).openTelemetry(sdk).connect()) {
      try (Scope _ = Span.wrap(notTaken).makeCurrent()) {
        client.get(Cart.class, "a").addToBoth("b", new Cart.Line("x", 1));
      }
      client.get(Cart.class, "a").addToBoth("b", new Cart.Line("x", 1));
      await().untilAsserted(() -> assertThat(tracesBySpans().keySet()).containsExactly(4L));
    }

    assertThat(spans.getFinishedSpanItems())
        .hasSize(4)
        .noneMatch(span -> span.getTraceId().equals(notTaken.getTraceId()));
  }

  /** The traces by how many spans they have. */
  private Map<Long, List<String>> tracesBySpans() {
    Map<String, Long> sizes =
        spans.getFinishedSpanItems().stream()
            .collect(Collectors.groupingBy(SpanData::getTraceId, Collectors.counting()));
    return sizes.keySet().stream().collect(Collectors.groupingBy(sizes::get));
  }

  /** The sum of what the client counts of its own connections. */
  private static long ofTheClient(List<MetricData> collected, OrbitMetric metric) {
    return collected.stream()
        .filter(data -> data.getName().equals(metric.metricName()))
        .flatMap(data -> data.getData().getPoints().stream())
        .filter(
            point ->
                "shop".equals(point.getAttributes().get(AttributeKey.stringKey("orbit.client"))))
        .mapToLong(point -> ((LongPointData) point).getValue())
        .sum();
  }

  private static Set<String> failures(List<MetricData> collected) {
    return collected.stream()
        .filter(metric -> metric.getName().equals("rpc.client.call.duration"))
        .flatMap(metric -> metric.getHistogramData().getPoints().stream())
        .map(HistogramPointData::getAttributes)
        .map(attributes -> attributes.get(AttributeKey.stringKey("error.type")))
        .filter(type -> type != null)
        .collect(Collectors.toSet());
  }
}
