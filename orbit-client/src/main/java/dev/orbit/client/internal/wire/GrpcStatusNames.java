package dev.orbit.client.internal.wire;

import dev.orbit.api.error.ErrorCode;

/**
 * The table between error codes and the names of gRPC's statuses, for ends that speak plain gRPC.
 *
 * <p>A code whose calls may be repeated maps to a status that general retry policies repeat, and
 * one whose outcome is unknown to a status that they do not.
 */
public final class GrpcStatusNames {
  private GrpcStatusNames() {}

  /** The status that says most of {@code code}. */
  public static String of(ErrorCode code) {
    return switch (code) {
      case NODE_UNAVAILABLE, SHUTTING_DOWN -> "UNAVAILABLE";
      case OVERLOADED, RATE_LIMITED -> "RESOURCE_EXHAUSTED";
      case NOT_OWNER -> "NOT_FOUND";
      case LEASE_LOST, NO_NODE_FITS, BAD_CONFIGURATION, BAD_CONTRACT -> "FAILED_PRECONDITION";
      case UNKNOWN_ACTOR_TYPE, UNKNOWN_METHOD, UNSUPPORTED_MESSAGE -> "UNIMPLEMENTED";
      case BAD_ARGUMENTS, WRONG_KEY_KIND, PROTOCOL_VIOLATION -> "INVALID_ARGUMENT";
      case MESSAGE_TOO_LARGE -> "OUT_OF_RANGE";
      case DEADLINE_BEFORE_EXECUTION, DEADLINE_DURING_EXECUTION -> "DEADLINE_EXCEEDED";
      case CANCELLED, CANCELLED_DURING_EXECUTION -> "CANCELLED";
      case DEADLOCK, CALL_CHAIN_TOO_LONG, STATE_CONFLICT, STATE_FENCED -> "ABORTED";
      case CONNECTION_LOST, HOST_LOST, ACTOR_FAILED, WRITE_OUTCOME_UNKNOWN -> "UNKNOWN";
      case ACTIVATION_FAILED, BAD_RESULT, STORE_UNAVAILABLE -> "INTERNAL";
      case WRONG_CLUSTER, CALL_NOT_ALLOWED, ACCESS_DENIED -> "PERMISSION_DENIED";
      case UNAUTHENTICATED -> "UNAUTHENTICATED";
      case PORT_IN_USE -> "ALREADY_EXISTS";
      case VOTER_REFUSED -> "FAILED_PRECONDITION";
      case STATE_UNREADABLE -> "DATA_LOSS";
    };
  }

  /**
   * The code for a call that ended with the gRPC status {@code status}.
   *
   * @param mayHaveRun whether the request had been written; then no code that says "not executed"
   *     is given for a status that an intermediary can make up
   * @throws IllegalArgumentException if there is no such status, or it is {@code OK}
   */
  public static ErrorCode toCode(String status, boolean mayHaveRun) {
    return switch (status) {
      case "UNAVAILABLE" -> mayHaveRun ? ErrorCode.CONNECTION_LOST : ErrorCode.NODE_UNAVAILABLE;
      case "DEADLINE_EXCEEDED" ->
          mayHaveRun ? ErrorCode.DEADLINE_DURING_EXECUTION : ErrorCode.DEADLINE_BEFORE_EXECUTION;
      case "CANCELLED" -> mayHaveRun ? ErrorCode.CANCELLED_DURING_EXECUTION : ErrorCode.CANCELLED;
      case "UNKNOWN", "INTERNAL", "ABORTED", "DATA_LOSS" ->
          mayHaveRun ? ErrorCode.CONNECTION_LOST : ErrorCode.NODE_UNAVAILABLE;
      case "RESOURCE_EXHAUSTED" -> ErrorCode.OVERLOADED;
      case "NOT_FOUND" -> ErrorCode.NOT_OWNER;
      case "FAILED_PRECONDITION" -> ErrorCode.LEASE_LOST;
      case "OUT_OF_RANGE" -> ErrorCode.MESSAGE_TOO_LARGE;
      case "UNIMPLEMENTED" -> ErrorCode.UNSUPPORTED_MESSAGE;
      case "INVALID_ARGUMENT", "ALREADY_EXISTS" -> ErrorCode.PROTOCOL_VIOLATION;
      case "PERMISSION_DENIED" -> ErrorCode.ACCESS_DENIED;
      case "UNAUTHENTICATED" -> ErrorCode.UNAUTHENTICATED;
      default ->
          throw new IllegalArgumentException("'%s' is no failed gRPC status".formatted(status));
    };
  }
}
