package dev.orbit.client.internal.call;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Which failed calls are repeated, and when. Only a call that surely did not run is, and only where
 * another attempt can find another state of affairs; a call whose outcome is unknown never is.
 *
 * <p>The delay before attempt n is {@code initial * multiplier^(n-1)}, at most {@code max}, less a
 * random part of up to {@code jitter} of it, so that callers that failed together do not come back
 * together. What an overloaded end asked for as a least delay is kept; that of an unreachable one
 * is not, because by then another node may stand in for it. The number of attempts is bounded by
 * the deadline of the call.
 *
 * @param initial the first delay, more than zero
 * @param max the longest delay, at least {@code initial}
 * @param multiplier 1.0 to 10.0
 * @param jitter 0.0 to 1.0
 */
public record RetryPolicy(Duration initial, Duration max, double multiplier, double jitter) {
  /**
   * 10 ms doubling to 500 ms with half of it random: a moved actor is found again within a few
   * milliseconds, and while a dead node's lease runs out a caller asks about twice a second.
   */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(500), 2.0, 0.5);

  private static final int MAX_EXPONENT = 64;

  public RetryPolicy {
    check(initial.isPositive(), "initial", initial, "more than zero");
    check(max.compareTo(initial) >= 0, "max", max, "at least initial, which is " + initial);
    check(multiplier >= 1.0 && multiplier <= 10.0, "multiplier", multiplier, "1.0 to 10.0");
    check(jitter >= 0.0 && jitter <= 1.0, "jitter", jitter, "0.0 to 1.0");
  }

  private static void check(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "retry.%s is %s; allowed is %s".formatted(key, value, allowed));
    }
  }

  /** Whether a call that failed in this way may be repeated by the runtime itself. */
  public static boolean isRetryable(Throwable failure) {
    return failure instanceof NotExecutedException refused && isRetryable(refused.code());
  }

  private static boolean isRetryable(ErrorCode code) {
    return switch (code) {
      case NODE_UNAVAILABLE, OVERLOADED, NOT_OWNER, LEASE_LOST, SHUTTING_DOWN, RATE_LIMITED -> true;
      case UNKNOWN_ACTOR_TYPE,
          UNKNOWN_METHOD,
          BAD_ARGUMENTS,
          DEADLINE_BEFORE_EXECUTION,
          WRONG_KEY_KIND,
          ACTIVATION_FAILED,
          MESSAGE_TOO_LARGE,
          DEADLOCK,
          CALL_CHAIN_TOO_LONG,
          CANCELLED,
          NO_NODE_FITS,
          CALL_NOT_ALLOWED,
          CONNECTION_LOST,
          DEADLINE_DURING_EXECUTION,
          HOST_LOST,
          CANCELLED_DURING_EXECUTION,
          ACTOR_FAILED,
          BAD_RESULT,
          PROTOCOL_VIOLATION,
          WRONG_CLUSTER,
          UNSUPPORTED_MESSAGE,
          UNAUTHENTICATED,
          ACCESS_DENIED,
          BAD_CONFIGURATION,
          BAD_CONTRACT,
          PORT_IN_USE,
          VOTER_REFUSED,
          STORE_UNAVAILABLE,
          STATE_CONFLICT,
          STATE_FENCED,
          STATE_UNREADABLE,
          WRITE_OUTCOME_UNKNOWN ->
          false;
    };
  }

  /**
   * How long to wait before the next attempt.
   *
   * @param failures how often the call has failed, at least 1
   * @param failure why the last attempt failed; must be {@linkplain #isRetryable retryable}
   */
  public Duration delay(int failures, Throwable failure, RandomGenerator random) {
    double factor = Math.pow(multiplier, Math.min(failures - 1, MAX_EXPONENT));
    double nanos = Math.min(initial.toNanos() * factor, (double) max.toNanos());
    Duration delay = Duration.ofNanos((long) (nanos * (1 - jitter * random.nextDouble())));
    Duration asked =
        failure instanceof NotExecutedException refused && wantsRoom(refused.code())
            ? refused.retryAfter().orElse(Duration.ZERO)
            : Duration.ZERO;
    return asked.compareTo(delay) > 0 ? asked : delay;
  }

  /**
   * Whether such a refusal is for want of room: who waits then may be told when to come back, and
   * fails at once where there is no room for repetitions either.
   */
  static boolean wantsRoom(ErrorCode code) {
    return code == ErrorCode.OVERLOADED || code == ErrorCode.RATE_LIMITED;
  }
}
