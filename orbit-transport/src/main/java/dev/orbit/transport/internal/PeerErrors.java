package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What callers are told about one peer. */
record PeerErrors(NodeId node) {
  /** A full queue empties within milliseconds or not at all. */
  private static final Duration RETRY_WHEN_FULL = Duration.ofMillis(20);

  NotExecutedException full(String what, String limit) {
    return new NotExecutedException(
        ErrorCode.OVERLOADED,
        "%s, which is the limit (transport %s); send less at a time".formatted(what, limit),
        null,
        RETRY_WHEN_FULL);
  }

  NotExecutedException keepsUpWith(int requests) {
    return new NotExecutedException(
        ErrorCode.OVERLOADED,
        "node %s answers too late for its callers, so that at most %d requests to it are under way now (transport adaptiveInFlight); send less at a time, or give it less to do"
            .formatted(node, requests),
        null,
        RETRY_WHEN_FULL);
  }

  NotExecutedException tooLarge(Outgoing message, int limit) {
    return new NotExecutedException(
        ErrorCode.MESSAGE_TOO_LARGE,
        "a message of %d bytes to node %s; the largest allowed is %d (transport maxMessageBytes)"
            .formatted(message.bytes(), node, limit));
  }

  NotExecutedException tooLarge(int bytes, int limit, String key) {
    return new NotExecutedException(
        ErrorCode.MESSAGE_TOO_LARGE,
        "a payload of %d bytes to node %s; the largest allowed is %d (transport %s)"
            .formatted(bytes, node, limit, key));
  }

  OutcomeUnknownException payloadLost() {
    return new OutcomeUnknownException(
        ErrorCode.CONNECTION_LOST,
        "the connection to node %s that carried the result broke before all of it was here"
            .formatted(node));
  }

  NotExecutedException notSentInTime(long waitedMillis) {
    return new NotExecutedException(
        ErrorCode.DEADLINE_BEFORE_EXECUTION,
        "waited %d ms to be sent to node %s, until its deadline".formatted(waitedMillis, node));
  }

  OutcomeUnknownException notAnsweredInTime(Outgoing request, long waitedMillis) {
    long unwritten = TimeUnit.NANOSECONDS.toMillis(request.unwrittenNanos());
    return new OutcomeUnknownException(
        ErrorCode.DEADLINE_DURING_EXECUTION,
        "node %s did not answer message %d within %d ms: it waited %d ms to be written, and nothing was heard of it in the %d ms since"
            .formatted(
                node,
                request.id(),
                waitedMillis,
                unwritten,
                Math.max(0, waitedMillis - unwritten)));
  }

  OutcomeUnknownException connectionLost(Refusal why) {
    return new OutcomeUnknownException(
        ErrorCode.CONNECTION_LOST,
        "the connection to node %s broke before it answered: %s".formatted(node, why.description()),
        why.cause());
  }

  NotExecutedException silent(Duration pause) {
    return new NotExecutedException(
        ErrorCode.NODE_UNAVAILABLE,
        "node %s is connected and answers nothing; it is tried again in %d ms (transport breaker)"
            .formatted(node, pause.toMillis()),
        null,
        pause);
  }

  NotExecutedException hasLeft(String reason) {
    return new NotExecutedException(
        ErrorCode.SHUTTING_DOWN, "node %s has left without running it: %s".formatted(node, reason));
  }
}
