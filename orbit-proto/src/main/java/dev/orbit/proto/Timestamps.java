package dev.orbit.proto;

import com.google.protobuf.Timestamp;
import dev.orbit.api.error.ProtocolException;
import java.time.Instant;

/**
 * {@link Instant} to and from {@code google.protobuf.Timestamp}, without loss over the whole range
 * of the wire form: from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
 */
public final class Timestamps {
  /** The earliest moment that can be sent. */
  public static final Instant MIN = Instant.parse("0001-01-01T00:00:00Z");

  /** The latest moment that can be sent. */
  public static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private static final int MAX_NANOS = 999_999_999;

  private Timestamps() {}

  /**
   * The wire form of a moment.
   *
   * @throws ProtocolException if it is before {@link #MIN} or after {@link #MAX}
   */
  public static Timestamp toProto(Instant instant) {
    return toProto(instant, "timestamp");
  }

  static Timestamp toProto(Instant instant, String field) {
    checkSeconds(instant.getEpochSecond(), field);
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /**
   * The moment that was meant.
   *
   * @throws ProtocolException if its seconds or nanoseconds are out of range
   */
  public static Instant fromProto(Timestamp proto) {
    return fromProto(proto, "timestamp");
  }

  static Instant fromProto(Timestamp proto, String field) {
    long seconds = proto.getSeconds();
    int nanos = proto.getNanos();
    checkSeconds(seconds, field);
    if (nanos < 0 || nanos > MAX_NANOS) {
      throw Fields.violation(
          field + ".nanos", "%d is not within 0 to %d".formatted(nanos, MAX_NANOS));
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static void checkSeconds(long seconds, String field) {
    if (seconds < MIN.getEpochSecond() || seconds > MAX.getEpochSecond()) {
      throw Fields.violation(
          field + ".seconds",
          "%d is not within %d to %d"
              .formatted(seconds, MIN.getEpochSecond(), MAX.getEpochSecond()));
    }
  }
}
