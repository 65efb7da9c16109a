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
import java.util.concurrent.atomic.AtomicInteger;
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
  private final TraceShare share;
  private final Map<String, Map<String, Series>> series = new ConcurrentHashMap<>();
  private final AtomicInteger methods = new AtomicInteger();

  private Telemetry(OpenTelemetry telemetry, LongSupplier nanoTime) {
    this.on = !isNoop(telemetry);
    this.traces = makesSpans(telemetry);
    this.share = TraceShare.of(telemetry);
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

  /** How the calls of one method are told apart from others; made once for each. */
  private Series series(String type, String method) {
    Map<String, Series> ofType = series.get(type);
    Series known = ofType == null ? null : ofType.get(method);
    if (known != null) {
      return known;
    }
    String name = type + "/" + method;
    Series made = new Series(name, Attributes.of(SYSTEM_NAME, SYSTEM, METHOD, name));
    // Names come from outside, too, where a client calls what there is not.
    if (methods.get() >= MOST_METHODS) {
      return made;
    }
    methods.incrementAndGet();
    return series
        .computeIfAbsent(type, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(method, _ -> made);
  }

  /**
   * The calls of one method.
   *
   * @param name type and method
   * @param attributes of those that went well
   */
  private record Series(String name, Attributes attributes) {}

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

  /**
   * A call begins at its caller, within the trace that the thread has.
   *
   * @param type of the actor
   * @param mayBegin whether a trace may begin with it: within turns none does
   */
  public CallSpan called(String type, String method, boolean mayBegin) {
    Series measured = series(type, method);
    if (!traces) {
      return new CallSpan(this, measured, SpanKind.CLIENT, Context.root(), false);
    }
    Context parent = Context.current();
    boolean taken = share.takes(Span.fromContext(parent).getSpanContext(), mayBegin);
    return new CallSpan(this, measured, SpanKind.CLIENT, parent, taken);
  }

  /**
   * A turn begins for a call that came with this trace context.
   *
   * @param type of the actor
   * @param trace W3C headers by name
   */
  public CallSpan turn(String type, String method, Map<String, String> trace) {
    Series measured = series(type, method);
    if (!traces) {
      return new CallSpan(this, measured, SpanKind.SERVER, Context.root(), false);
    }
    Context parent =
        trace.isEmpty()
            ? Context.root()
            : W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), trace, Headers.READER);
    boolean taken = share.takes(Span.fromContext(parent).getSpanContext(), false);
    return new CallSpan(this, measured, SpanKind.SERVER, parent, taken);
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
    private final Series measured;
    private final SpanKind kind;
    private final long began;

    /** The context with the span, or with the one that others have decided not to take. */
    private final Context context;

    private final @Nullable Span span;

    private CallSpan(
        Telemetry telemetry, Series measured, SpanKind kind, Context parent, boolean taken) {
      this.telemetry = telemetry;
      this.measured = measured;
      this.kind = kind;
      this.began = telemetry.nanoTime.getAsLong();
      if (!taken) {
        this.span = null;
        this.context = parent;
        return;
      }
      Span made =
          telemetry
              .tracer
              .spanBuilder(measured.name)
              .setSpanKind(kind)
              .setParent(parent)
              .startSpan();
      // Samplers have the name, which says the same; most spans are not recorded.
      if (made.isRecording()) {
        made.setAllAttributes(measured.attributes);
      }
      this.span = made;
      this.context = parent.with(made);
    }

    /** Whether the call is part of a trace that it has to take along. */
    public boolean isTraced() {
      return span != null
          || (telemetry.traces && Span.fromContext(context).getSpanContext().isValid());
    }

    /** What is to travel with the call: {@code others}, with this span as the parent to come. */
    public Map<String, String> trace(Map<String, String> others) {
      if (!isTraced()) {
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
      // A thread of its own has none, and remembering that costs.
      return isTraced() ? context.makeCurrent() : Scope.noop();
    }

    /**
     * It is over.
     *
     * @param failure null if it went well
     */
    public void end(@Nullable Throwable failure) {
      double seconds = (telemetry.nanoTime.getAsLong() - began) / NANOS_PER_SECOND;
      Attributes attributes = measured.attributes;
      if (failure != null) {
        String type = errorType(failure);
        attributes = attributes.toBuilder().put(ERROR, type).build();
        if (span != null) {
          span.setAttribute(ERROR, type);
          span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        }
      }
      DoubleHistogram durations =
          kind == SpanKind.CLIENT ? telemetry.clientDuration : telemetry.serverDuration;
      durations.record(seconds, attributes, context);
      if (span != null) {
        span.end();
      }
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
