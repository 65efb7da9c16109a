package dev.orbit.transport.telemetry;

import dev.orbit.transport.TransportMeter;
import java.util.function.LongConsumer;

/**
 * Makes distributions of what a transport does. Of what happens for each message it takes one in
 * {@value #ONE_IN}: that is enough for a distribution, and all of them would cost more than what is
 * measured. Thread-safe.
 */
public final class TransportHistograms implements TransportMeter {
  /** A power of two. */
  static final int ONE_IN = 16;

  private final LongConsumer connects;
  private final LongConsumer pauses;
  private final LongConsumer requests;
  private final LongConsumer requestSizes;
  private final LongConsumer answerSizes;
  private final LongConsumer batches;
  private final LongConsumer ages;

  // Which are taken is of no importance, and so are those that are lost when two threads count.
  private int answers;
  private int frames;

  private TransportHistograms(Telemetry telemetry) {
    this.connects = telemetry.durations(OrbitMetric.CONNECT_DURATION);
    this.pauses = telemetry.durations(OrbitMetric.BACKOFF_DURATION);
    this.requests = telemetry.durations(OrbitMetric.REQUEST_DURATION);
    this.requestSizes = telemetry.sizes(OrbitMetric.REQUEST_SIZE);
    this.answerSizes = telemetry.sizes(OrbitMetric.ANSWER_SIZE);
    this.batches = telemetry.sizes(OrbitMetric.BATCH_SIZE);
    this.ages = telemetry.durations(OrbitMetric.QUEUE_AGE);
  }

  /** Those of that telemetry; where it is off, one that does nothing. */
  public static TransportMeter of(Telemetry telemetry) {
    return telemetry.isOn() ? new TransportHistograms(telemetry) : TransportMeter.NONE;
  }

  @Override
  public void connected(long nanos) {
    connects.accept(nanos);
  }

  @Override
  public void pausing(long nanos) {
    pauses.accept(nanos);
  }

  @Override
  public void answered(long nanos, long requestBytes, long answerBytes) {
    if ((++answers & (ONE_IN - 1)) != 0) {
      return;
    }
    requests.accept(nanos);
    requestSizes.accept(requestBytes);
    answerSizes.accept(answerBytes);
  }

  @Override
  public void wrote(int messages, long waitedNanos) {
    if ((++frames & (ONE_IN - 1)) != 0) {
      return;
    }
    batches.accept(messages);
    if (waitedNanos >= 0) {
      ages.accept(waitedNanos);
    }
  }
}
