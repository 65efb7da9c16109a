package dev.orbit.cli;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Metrics of OpenTelemetry in the text format of Prometheus, with names by OpenTelemetry's rules:
 * underscores for dots, {@code _seconds} for seconds, {@code _total} on counters.
 */
final class PrometheusText {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private PrometheusText() {}

  static byte[] of(Collection<MetricData> metrics) {
    MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
    List<String> names = new ArrayList<>();
    for (MetricData metric : metrics) {
      Optional<MetricSnapshot> snapshot = snapshot(metric);
      // Two instruments of one name in different scopes would make the page invalid.
      if (snapshot.isPresent() && !names.contains(snapshot.get().getMetadata().getName())) {
        names.add(snapshot.get().getMetadata().getName());
        snapshots.metricSnapshot(snapshot.get());
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, snapshots.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static Optional<MetricSnapshot> snapshot(MetricData metric) {
    return switch (metric.getType()) {
      case LONG_GAUGE -> Optional.of(gauge(metric, metric.getLongGaugeData().getPoints()));
      case DOUBLE_GAUGE -> Optional.of(gauge(metric, metric.getDoubleGaugeData().getPoints()));
      case LONG_SUM ->
          Optional.of(
              metric.getLongSumData().isMonotonic()
                  ? counter(metric, metric.getLongSumData().getPoints())
                  : gauge(metric, metric.getLongSumData().getPoints()));
      case DOUBLE_SUM ->
          Optional.of(
              metric.getDoubleSumData().isMonotonic()
                  ? counter(metric, metric.getDoubleSumData().getPoints())
                  : gauge(metric, metric.getDoubleSumData().getPoints()));
      case HISTOGRAM -> Optional.of(histogram(metric));
      // Nothing of Orbit's is of these kinds.
      case EXPONENTIAL_HISTOGRAM, SUMMARY -> Optional.empty();
    };
  }

  private static String name(MetricData metric) {
    String name = PrometheusNaming.prometheusName(metric.getName());
    return switch (metric.getUnit()) {
      case "s" -> name.endsWith("_seconds") ? name : name + "_seconds";
      case "By" -> name.endsWith("_bytes") ? name : name + "_bytes";
      default -> name;
    };
  }

  private static MetricSnapshot gauge(MetricData metric, Collection<? extends PointData> points) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder().name(name(metric)).help(metric.getDescription());
    for (PointData point : points) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .value(value(point))
              .labels(labels(point.getAttributes()))
              .build());
    }
    return gauge.build();
  }

  private static MetricSnapshot counter(MetricData metric, Collection<? extends PointData> points) {
    String name = name(metric);
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name(name.endsWith("_total") ? name.substring(0, name.length() - 6) : name)
            .help(metric.getDescription());
    for (PointData point : points) {
      counter.dataPoint(
          CounterSnapshot.CounterDataPointSnapshot.builder()
              .value(value(point))
              .labels(labels(point.getAttributes()))
              .build());
    }
    return counter.build();
  }

  private static MetricSnapshot histogram(MetricData metric) {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder().name(name(metric)).help(metric.getDescription());
    for (HistogramPointData point : metric.getHistogramData().getPoints()) {
      List<Double> bounds = new ArrayList<>(point.getBoundaries());
      bounds.add(Double.POSITIVE_INFINITY);
      histogram.dataPoint(
          HistogramSnapshot.HistogramDataPointSnapshot.builder()
              .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, point.getCounts()))
              .sum(point.getSum())
              .labels(labels(point.getAttributes()))
              .build());
    }
    return histogram.build();
  }

  private static double value(PointData point) {
    return switch (point) {
      case LongPointData number -> number.getValue();
      case DoublePointData number -> number.getValue();
      default -> throw new IllegalArgumentException("a " + point.getClass() + " has no value");
    };
  }

  private static Labels labels(Attributes attributes) {
    Labels.Builder labels = Labels.builder();
    attributes.forEach(
        (key, value) ->
            labels.label(PrometheusNaming.prometheusName(key.getKey()), String.valueOf(value)));
    return labels.build();
  }
}
