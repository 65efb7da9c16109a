package dev.orbit.api.error;

import java.util.Optional;

/**
 * The stable codes of errors. A code never changes its meaning and is never given out again. The
 * thousands tell the kind: 1 not executed, 2 outcome unknown, 3 actor failed, 4 protocol, 5
 * configuration, 6 storage.
 */
public enum ErrorCode {
  /** No connection to a node could be had, and the call was not sent. */
  NODE_UNAVAILABLE(1001),
  /** A bounded queue on the way was full. */
  OVERLOADED(1002),
  /** No node hosts the type. */
  UNKNOWN_ACTOR_TYPE(1003),
  /** The contract has no such method. */
  UNKNOWN_METHOD(1004),
  /** The arguments could not be encoded or decoded. */
  BAD_ARGUMENTS(1005),
  /** The deadline passed before the call was run. */
  DEADLINE_BEFORE_EXECUTION(1006),
  /** The node that was asked does not own the actor's partition. */
  NOT_OWNER(1007),
  /** The node that was asked has lost its lease. */
  LEASE_LOST(1008),
  /** The node that was asked is stopping. */
  SHUTTING_DOWN(1009),
  /** The key is of another kind than the contract's. */
  WRONG_KEY_KIND(1010),
  /** The actor could not be activated. */
  ACTIVATION_FAILED(1011),
  /** The message is larger than the configured bound. */
  MESSAGE_TOO_LARGE(1012),
  /** The call chain comes back to an actor that waits within it. */
  DEADLOCK(1013),
  /** The caller called it off before it ran. */
  CANCELLED(1014),
  /** Nodes host the type, and none of them has the tags that its placement requires. */
  NO_NODE_FITS(1017),
  /** The access policy does not let this client call actors of this type. */
  CALL_NOT_ALLOWED(1018),
  /** The client has used up its share of calls for the moment. */
  RATE_LIMITED(1019),
  /** More turns wait for one another than a chain of calls may have. */
  CALL_CHAIN_TOO_LONG(1020),
  /** The connection broke after the call was sent. */
  CONNECTION_LOST(2001),
  /** The deadline passed after the call was sent and before an answer came. */
  DEADLINE_DURING_EXECUTION(2002),
  /** The host lost its lease while the call ran, and withheld the reply. */
  HOST_LOST(2003),
  /** The caller called it off after it was sent. */
  CANCELLED_DURING_EXECUTION(2004),
  /** The actor threw. */
  ACTOR_FAILED(3001),
  /** The method ran, and its result could not be encoded or decoded. */
  BAD_RESULT(3002),
  /** A peer sent what the protocol does not allow. */
  PROTOCOL_VIOLATION(4001),
  /** A peer belongs to another cluster. */
  WRONG_CLUSTER(4002),
  /** A peer sent a kind of message that this node does not take. */
  UNSUPPORTED_MESSAGE(4003),
  /** A peer has not proven to be who it says it is. */
  UNAUTHENTICATED(4006),
  /** A peer is known and may not do what it asked for. */
  ACCESS_DENIED(4007),
  /** A setting is missing or out of its range. */
  BAD_CONFIGURATION(5001),
  /** A contract or an actor class cannot work as written. */
  BAD_CONTRACT(5002),
  /** A port is taken. */
  PORT_IN_USE(5003),
  /** A voter must not take part from what lies in its data directory. */
  VOTER_REFUSED(5004),
  /** The state store cannot be reached or failed; nothing was written. */
  STORE_UNAVAILABLE(6001),
  /** The state was written by somebody else since it was read. */
  STATE_CONFLICT(6002),
  /** A later activation of the actor exists. */
  STATE_FENCED(6003),
  /** The stored state cannot be decoded. */
  STATE_UNREADABLE(6004),
  /** The state store failed in the middle of a write, which may have happened. */
  WRITE_OUTCOME_UNKNOWN(6005);

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** The number, as it stands on the wire. */
  public int number() {
    return number;
  }

  /** The code of a number; empty for one that this version does not know. */
  public static Optional<ErrorCode> of(int number) {
    for (ErrorCode code : values()) {
      if (code.number == number) {
        return Optional.of(code);
      }
    }
    return Optional.empty();
  }

  /** The form that users see and documentation pages are named by, as {@code ORBIT-1007}. */
  @Override
  public String toString() {
    return "ORBIT-" + number;
  }
}
