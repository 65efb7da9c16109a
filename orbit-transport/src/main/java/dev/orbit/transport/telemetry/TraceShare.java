package dev.orbit.transport.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanContext;
import java.util.concurrent.atomic.AtomicLong;

/** Which calls get a span. Thread-safe. */
final class TraceShare {
  /** Mixes counted numbers, so that what comes in a rhythm is not drawn in one. */
  private static final long MIX = 0x9E3779B97F4A7C15L;

  /** Whether the SDK decides of what has no parent. */
  private final boolean all;

  private final long below;
  private final AtomicLong drawn = new AtomicLong();

  private TraceShare(boolean all, long below) {
    this.all = all;
    this.below = below;
  }

  /** As that one wants it. */
  static TraceShare of(OpenTelemetry telemetry) {
    return telemetry instanceof SampledTraces(OpenTelemetry _, double share)
        ? new TraceShare(false, share == 1 ? Long.MAX_VALUE : (long) (share * Long.MAX_VALUE))
        : new TraceShare(true, 0);
  }

  /**
   * Whether there is to be one.
   *
   * @param parent of the call; an invalid one where there is none
   * @param mayBegin whether a trace may begin here
   */
  boolean takes(SpanContext parent, boolean mayBegin) {
    if (parent.isValid()) {
      return parent.isSampled();
    }
    return all || (mayBegin && draw());
  }

  private boolean draw() {
    long mixed = drawn.getAndIncrement() * MIX;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return ((mixed ^ (mixed >>> 31)) >>> 1) < below;
  }
}
