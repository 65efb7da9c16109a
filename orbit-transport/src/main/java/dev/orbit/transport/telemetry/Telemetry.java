package dev.orbit.transport.telemetry;

import dev.orbit.api.error.OrbitException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Measures calls at both ends, and reads what a node counts. */
public final class Telemetry {
  /** The name of tracer and meter. */
  public static final String SCOPE = "dev.orbit";

  /** What {@code rpc.system.name} says. */
  public static final String SYSTEM = "orbit";

  private static final AttributeKey<String> SYSTEM_NAME = AttributeKey.stringKey("rpc.system.name");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final double NANOS_PER_SECOND = 1e9;

  /** More methods than a program has. */
  private static final int MOST_METHODS = 10_000;

  /** In seconds, as the conventions for RPC advise, and finer below a millisecond. */
  private static final List<Double> BUCKETS =
      List.of(
          0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
          2.5, 5.0, 10.0, 30.0);

  /** By powers of four: 1 byte or message to 16 MiB. */
  private static final List<Long> SIZES =
      List.of(
          1L,
          4L,
          16L,
          64L,
          256L,
          1024L,
          4096L,
          16_384L,
          65_536L,
          262_144L,
          1_048_576L,
          4_194_304L,
          16_777_216L);

  /** Measures nothing. */
  // After the constants that its instruments are made of.
  public static final Telemetry OFF = new Telemetry(OpenTelemetry.noop(), () -> 0);

  private final boolean on;
  private final boolean traces;
  private final LongSupplier nanoTime;
  private final Tracer tracer;
  private final Meter meter;
  private final DoubleHistogram clientDuration;
  private final DoubleHistogram serverDuration;
  private final Map<String, Attributes> attributes = new ConcurrentHashMap<>();

  private Telemetry(OpenTelemetry telemetry, LongSupplier nanoTime) {
    this.on = !isNoop(telemetry);
    this.traces = makesSpans(telemetry);
    this.nanoTime = nanoTime;
    this.tracer = telemetry.getTracer(SCOPE);
    this.meter = telemetry.getMeter(SCOPE);
    this.clientDuration = histogram(OrbitMetric.CLIENT_DURATION, BUCKETS);
    this.serverDuration = histogram(OrbitMetric.SERVER_DURATION, BUCKETS);
  }

  /**
   * Telemetry that goes to {@code telemetry}.
   *
   * @param nanoTime the monotonic clock by which durations are measured
   */
  public static Telemetry of(OpenTelemetry telemetry, LongSupplier nanoTime) {
    return isNoop(telemetry) ? OFF : new Telemetry(telemetry, nanoTime);
  }

  @SuppressWarnings("ReferenceEquality") // There is one that does nothing.
  private static boolean isNoop(OpenTelemetry telemetry) {
    return telemetry == OpenTelemetry.noop();
  }

  @SuppressWarnings("ReferenceEquality") // There is one that does nothing.
  private static boolean makesSpans(OpenTelemetry telemetry) {
    return telemetry.getTracerProvider() != TracerProvider.noop();
  }

  private DoubleHistogram histogram(OrbitMetric metric, List<Double> buckets) {
    return meter
        .histogramBuilder(metric.metricName())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .setExplicitBucketBoundariesAdvice(buckets)
        .build();
  }

  /** A distribution of durations, given in nanoseconds and recorded in seconds. */
  LongConsumer durations(OrbitMetric metric) {
    DoubleHistogram histogram = histogram(metric, BUCKETS);
    return nanos -> histogram.record(nanos / NANOS_PER_SECOND);
  }

  /** A distribution of sizes. */
  LongConsumer sizes(OrbitMetric metric) {
    LongHistogram histogram =
        meter
            .histogramBuilder(metric.metricName())
            .ofLongs()
            .setUnit(metric.unit())
            .setDescription(metric.description())
            .setExplicitBucketBoundariesAdvice(SIZES)
            .build();
    return histogram::record;
  }

  /** Those of a method's calls that went well, made once. */
  private Attributes attributes(String method) {
    Attributes known = attributes.get(method);
    if (known != null) {
      return known;
    }
    Attributes made = Attributes.of(SYSTEM_NAME, SYSTEM, METHOD, method);
    // Names come from outside, too, where a client calls what there is not.
    return attributes.size() < MOST_METHODS ? attributes.computeIfAbsent(method, _ -> made) : made;
  }

  /** Whether anything is measured. */
  public boolean isOn() {
    return on;
  }

  /**
   * Reads a gauge or a counter whenever somebody collects.
   *
   * @return ends it
   */
  public AutoCloseable observe(OrbitMetric metric, Consumer<ObservableLongMeasurement> reading) {
    return switch (metric.kind()) {
      case COUNTER ->
          meter
              .counterBuilder(metric.metricName())
              .setUnit(metric.unit())
              .setDescription(metric.description())
              .buildWithCallback(reading);
      case GAUGE ->
          meter
              .gaugeBuilder(metric.metricName())
              .ofLongs()
              .setUnit(metric.unit())
              .setDescription(metric.description())
              .buildWithCallback(reading);
      case HISTOGRAM ->
          throw new IllegalArgumentException(metric + " is a distribution and not read");
    };
  }

  /** A call begins at its caller, within the trace that the thread has. */
  public CallSpan called(String method) {
    return new CallSpan(this, method, SpanKind.CLIENT, Context.current());
  }

  /**
   * A turn begins for a call that came with this trace context.
   *
   * @param trace W3C headers by name
   */
  public CallSpan turn(String method, Map<String, String> trace) {
    Context parent =
        traces
            ? W3CTraceContextPropagator.getInstance().extract(Context.root(), trace, Headers.READER)
            : Context.root();
    return new CallSpan(this, method, SpanKind.SERVER, parent);
  }

  /** How a failure is counted: by its code where it has one, else by its class. */
  static String errorType(Throwable failure) {
    return failure instanceof OrbitException known
        ? known.code().toString()
        : failure.getClass().getName();
  }

  /** One call at one of its ends. */
  public static final class CallSpan {
    private final Telemetry telemetry;
    private final String method;
    private final SpanKind kind;
    private final Span span;
    private final Context context;
    private final long began;

    private CallSpan(Telemetry telemetry, String method, SpanKind kind, Context parent) {
      this.telemetry = telemetry;
      this.method = method;
      this.kind = kind;
      this.began = telemetry.nanoTime.getAsLong();
      if (!telemetry.traces) {
        this.span = Span.getInvalid();
        this.context = parent;
        return;
      }
      this.span =
          telemetry.tracer.spanBuilder(method).setSpanKind(kind).setParent(parent).startSpan();
      // Samplers have the name, which says the same; most spans are not recorded.
      if (span.isRecording()) {
        span.setAllAttributes(telemetry.attributes(method));
      }
      this.context = parent.with(span);
    }

    /** What is to travel with the call: {@code others}, with this span as the parent to come. */
    public Map<String, String> trace(Map<String, String> others) {
      if (!telemetry.traces) {
        return others;
      }
      Map<String, String> headers = new HashMap<>(others);
      W3CTraceContextPropagator.getInstance()
          .inject(context, headers, (_, name, value) -> headers.put(name, value));
      return headers;
    }

    /**
     * Makes it the thread's trace until that is closed, so that what is called now belongs to it.
     */
    @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
    public Scope makeCurrent() {
      return context.makeCurrent();
    }

    /**
     * It is over.
     *
     * @param failure null if it went well
     */
    public void end(@Nullable Throwable failure) {
      Attributes attributes = telemetry.attributes(method);
      if (failure != null) {
        String type = errorType(failure);
        attributes = attributes.toBuilder().put(ERROR, type).build();
        span.setAttribute(ERROR, type);
        span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
      }
      double seconds = (telemetry.nanoTime.getAsLong() - began) / NANOS_PER_SECOND;
      DoubleHistogram durations =
          kind == SpanKind.CLIENT ? telemetry.clientDuration : telemetry.serverDuration;
      durations.record(seconds, attributes, context);
      span.end();
    }
  }

  private enum Headers implements TextMapGetter<Map<String, String>> {
    READER;

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
      return carrier == null ? null : carrier.get(key);
    }
  }
}
