package dev.orbit.transport.internal;

import dev.orbit.transport.TransportCounts;
import java.util.concurrent.atomic.LongAdder;

/**
 * What becomes of the bytes of payloads on their way through this process, in one direction: at
 * each step they are copied, or go on as they are. Told once for a frame or a part, not for each
 * message. Thread-safe.
 */
final class Copies {
  private final LongAdder copied = new LongAdder();
  private final LongAdder saved = new LongAdder();

  /** So many bytes were copied, each time that one was. */
  void copied(long bytes) {
    if (bytes > 0) {
      copied.add(bytes);
    }
  }

  /** So many bytes went on as they are where they could have been copied. */
  void saved(long bytes) {
    if (bytes > 0) {
      saved.add(bytes);
    }
  }

  TransportCounts.Payloads read() {
    return new TransportCounts.Payloads(copied.sum(), saved.sum());
  }
}
