package dev.orbit.transport.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;

/**
 * An OpenTelemetry that measures and makes no spans, where nobody wants traces: an SDK makes them
 * also when it then drops them, and that costs more than the metrics. Trace contexts that come from
 * others are still handed on.
 *
 * @param sdk whose meters are used
 */
public record MetricsOnly(OpenTelemetry sdk) implements OpenTelemetry {
  @Override
  public TracerProvider getTracerProvider() {
    return TracerProvider.noop();
  }

  @Override
  public MeterProvider getMeterProvider() {
    return sdk.getMeterProvider();
  }

  @Override
  public ContextPropagators getPropagators() {
    return ContextPropagators.noop();
  }
}
