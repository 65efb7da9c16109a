package dev.orbit.transport.internal;

import dev.orbit.transport.TransportConfig;
import java.util.function.LongSupplier;

/** Makes outboxes of which everything is written. */
final class Outboxes {
  private Outboxes() {}

  /** One that fails where a message is left out. */
  static Outbox writingAll(TransportConfig config, Loop loop, LongSupplier clock) {
    return new Outbox(
        config,
        config.maxQueuedMessages(),
        loop,
        clock,
        new Outbox.Unwritten() {
          @Override
          public void expired(Outgoing message, long now) {
            throw new AssertionError("expired");
          }

          @Override
          public void tooLarge(Outgoing message, int limit) {
            throw new AssertionError("too large");
          }
        });
  }
}
