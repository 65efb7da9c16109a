package dev.orbit.proto;

import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.MessageContentProto.ContentCase;

/**
 * A message that arrived and cannot be read, with what is needed to let its sender, or whoever
 * waits for it here, know.
 *
 * @param id the id that it came under, as it was sent; 0 when it had none
 * @param role what the sender expects of it
 * @param error what is wrong with it
 */
public record BadMessage(long id, Role role, ProtocolException error) {
  /** What is to be done about a message that cannot be read. */
  public enum Role {
    /** The sender waits: answer with the error under the same id. */
    REQUEST,
    /**
     * It answers a request of this end under the same id: fail that with the error, and send
     * nothing back.
     */
    ANSWER,
    /**
     * Nobody waits for it: log the error, and send nothing back, so that two ends never argue for
     * ever.
     */
    NOTICE
  }

  static Role roleOf(ContentCase content, boolean oneWay) {
    return switch (content) {
      case INVOCATION_REQUEST -> oneWay ? Role.NOTICE : Role.REQUEST;
      case INFO_REQUEST, DIRECTORY_REQUEST, ENTRIES_REQUEST, LEASE_REQUEST, GROUP_REQUEST ->
          Role.REQUEST;
      // What has no content, or one of a kind that is not known here, was sent by somebody who is
      // best told so.
      case CONTENT_NOT_SET, BATCH -> Role.REQUEST;
      case ERROR,
          INFO_RESPONSE,
          INVOCATION_RESPONSE,
          INVOCATION_RESPONSE_ERROR,
          DIRECTORY_RESPONSE,
          GROUP_RESPONSE,
          ENTRIES_RESPONSE,
          LEASE_RESPONSE ->
          Role.ANSWER;
      case HELLO, CHUNK, TRANSFER, CREDIT, CANCEL, LOCATION_HINT, GOODBYE, WAIT_PROBE ->
          Role.NOTICE;
    };
  }
}
