package dev.orbit.transport.internal;

import dev.orbit.transport.TransportCounts;
import dev.orbit.transport.TransportCounts.Compression;
import dev.orbit.transport.TransportCounts.Inflation;
import dev.orbit.transport.TransportMeter;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** What all parts of one transport count together. Thread-safe. */
final class Counters {
  final LongAdder breakersOpened = new LongAdder();
  final LongAdder breakerRefused = new LongAdder();
  final LongAdder partsSent = new LongAdder();
  final LongAdder partsReceived = new LongAdder();
  final LongAdder framesDeflated = new LongAdder();
  final LongAdder framesUseless = new LongAdder();
  final LongAdder framesSkipped = new LongAdder();
  final LongAdder deflatedFrom = new LongAdder();
  final LongAdder deflatedTo = new LongAdder();
  final LongAdder deflateNanos = new LongAdder();
  final LongAdder framesInflated = new LongAdder();
  final LongAdder inflatedFrom = new LongAdder();
  final LongAdder inflatedTo = new LongAdder();
  final LongAdder inflateNanos = new LongAdder();

  /** On their way out. */
  final Copies copiesOut = new Copies();

  /** On their way in. */
  final Copies copiesIn = new Copies();

  private volatile TransportMeter meter = TransportMeter.NONE;

  /** Is told what happens, for distributions. */
  TransportMeter meter() {
    return meter;
  }

  /** From now on that one is told. */
  void measure(TransportMeter by) {
    meter = by;
  }

  TransportCounts read() {
    return new TransportCounts(
        breakersOpened.sum(),
        breakerRefused.sum(),
        new Compression(
            framesDeflated.sum(),
            framesUseless.sum(),
            framesSkipped.sum(),
            deflatedFrom.sum(),
            deflatedTo.sum(),
            Duration.ofNanos(deflateNanos.sum())),
        new Inflation(
            framesInflated.sum(),
            inflatedFrom.sum(),
            inflatedTo.sum(),
            Duration.ofNanos(inflateNanos.sum())),
        copiesOut.read(),
        copiesIn.read());
  }
}
