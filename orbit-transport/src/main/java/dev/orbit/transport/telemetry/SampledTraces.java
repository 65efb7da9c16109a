package dev.orbit.transport.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;

/**
 * An OpenTelemetry of which a share of all traces is wanted, where that is decided before anything
 * is made: an SDK's sampler is asked for each call and makes an identity also for what it then
 * drops, which costs more than the metrics.
 *
 * <p>A trace begins at a caller outside of turns, with that probability. What is called within it,
 * on whatever node, belongs to it; what came without a trace gets none, and neither do calls of its
 * turn. The SDK's own sampler should take everything that has no parent.
 *
 * @param sdk whose meters and tracers are used
 * @param share of the traces, more than 0, at most 1
 */
public record SampledTraces(OpenTelemetry sdk, double share) implements OpenTelemetry {
  public SampledTraces {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share=%s; allowed are more than 0 and at most 1".formatted(share));
    }
  }

  @Override
  public TracerProvider getTracerProvider() {
    return sdk.getTracerProvider();
  }

  @Override
  public MeterProvider getMeterProvider() {
    return sdk.getMeterProvider();
  }

  @Override
  public ContextPropagators getPropagators() {
    return sdk.getPropagators();
  }
}
