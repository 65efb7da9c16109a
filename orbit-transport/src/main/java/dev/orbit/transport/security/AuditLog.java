package dev.orbit.transport.security;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was refused to whom, on the logger {@value #LOGGER} at level warn. At most {@value
 * #MOST_A_SECOND} lines a second are written, so that nobody can fill a disk with refusals; the
 * rest is counted, and the count stands in the next line. Thread-safe.
 */
public final class AuditLog {
  /** The name of the logger. */
  public static final String LOGGER = "dev.orbit.audit";

  /** How many lines a second are written at most. */
  public static final int MOST_A_SECOND = 20;

  private static final Logger log = LoggerFactory.getLogger(LOGGER);
  private static final long SECOND = 1_000_000_000;

  private final Environment environment;
  private final AtomicLong refusals = new AtomicLong();
  private long windowStart;
  private int written;
  private long suppressed;

  /** A log with nothing in it. */
  public AuditLog(Environment environment) {
    this.environment = environment;
    this.windowStart = environment.nanoTime();
  }

  /**
   * Tells that {@code peer} at {@code remote} was refused.
   *
   * @param what what it asked for
   */
  public void refused(ErrorCode code, String peer, String remote, String what) {
    refusals.incrementAndGet();
    long unwritten;
    synchronized (this) {
      long now = environment.nanoTime();
      if (now - windowStart >= SECOND) {
        windowStart = now;
        written = 0;
      }
      if (written >= MOST_A_SECOND) {
        suppressed++;
        return;
      }
      written++;
      unwritten = suppressed;
      suppressed = 0;
    }
    log.warn(
        "event=refused code={} peer={} remote={} what=\"{}\" suppressed={}",
        code,
        peer,
        remote,
        what,
        unwritten);
  }

  /** How many refusals there were. */
  public long refusals() {
    return refusals.get();
  }
}
