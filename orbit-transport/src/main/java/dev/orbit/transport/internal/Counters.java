package dev.orbit.transport.internal;

import dev.orbit.transport.TransportCounts;
import java.util.concurrent.atomic.LongAdder;

/** What all parts of one transport count together. Thread-safe. */
final class Counters {
  final LongAdder breakersOpened = new LongAdder();
  final LongAdder breakerRefused = new LongAdder();

  TransportCounts read() {
    return new TransportCounts(breakersOpened.sum(), breakerRefused.sum());
  }
}
