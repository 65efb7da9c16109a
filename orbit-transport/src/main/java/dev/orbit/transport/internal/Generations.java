package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Numbers the streams that this process opens, so that the other end knows which one came in place
 * of which. Thread-safe.
 */
final class Generations {
  private final long session;
  private final AtomicLong last = new AtomicLong();

  Generations(RandomGenerator random) {
    long drawn = random.nextLong();
    // 0 says that an end does not number its streams.
    this.session = drawn == 0 ? 1 : drawn;
  }

  /**
   * What a stream says of itself that is about to be opened.
   *
   * @param beside whether the one before it is still used
   */
  Content.Succession next(int connection, boolean beside) {
    return new Content.Succession(session, connection, last.incrementAndGet(), beside);
  }
}
