package dev.orbit.transport.internal;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.limits.AdaptiveLimit;

/**
 * Keeps the requests of callers to one peer to what it answers in time; what nodes tell each other
 * does not count and is not kept. {@link #answered} is called on the loop, everything else is
 * thread-safe.
 */
final class Ceiling {
  private final AdaptiveLimit limit;
  private final PeerErrors errors;

  /** One that lets through as many as the config allows, at first. */
  Ceiling(TransportConfig config, PeerErrors errors) {
    this.errors = errors;
    this.limit =
        config.adaptiveInFlight()
            ? AdaptiveLimit.upTo(config.maxInFlight())
            : AdaptiveLimit.fixed(config.maxInFlight());
  }

  /**
   * A request of that content is to be sent.
   *
   * @throws dev.orbit.api.error.NotExecutedException with {@code OVERLOADED} if it may not
   */
  void check(Content content, int underWay) {
    int most = limit.limit();
    if (underWay >= most && Pulse.isOfACaller(content)) {
      throw errors.keepsUpWith(most);
    }
  }

  /** A request was answered, after so long. */
  void answered(Outgoing request, Message answer, long nanos) {
    if (answer.content() instanceof Content.InvocationError error
        && error.code().filter(Ceiling::isOfTheDeadline).isPresent()) {
      // The other end gives up by itself, a moment before the deadline.
      missed(request);
    } else if (!request.isUrgent()) {
      limit.answered(nanos);
    }
  }

  private static boolean isOfTheDeadline(ErrorCode code) {
    return code == ErrorCode.DEADLINE_BEFORE_EXECUTION
        || code == ErrorCode.DEADLINE_DURING_EXECUTION;
  }

  /** A request was not answered until its deadline. */
  void missed(Outgoing request) {
    if (!request.isUrgent()) {
      limit.missed(request.timeoutNanos());
    }
  }

  /** An answer has come that nobody waits for any more. */
  void late() {
    limit.late();
  }

  /** Some time has passed. */
  void look(long now, int underWay) {
    limit.look(now, underWay);
  }

  /** There is a new connection. */
  void reset() {
    limit.reset();
  }

  /** How many may be under way at present. */
  int limit() {
    return limit.limit();
  }
}
