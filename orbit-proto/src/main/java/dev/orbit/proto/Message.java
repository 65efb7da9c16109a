package dev.orbit.proto;

import dev.orbit.api.address.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * One message between two ends of a stream.
 *
 * @param id unique among the sender's unanswered messages of the stream; an answer carries the id
 *     of its request
 * @param source the sending node; null from a client
 * @param target where it is to go; null for whoever receives it
 * @param content what it says
 * @param attempts how often it was sent before
 * @param headers what travels beside the content
 * @param payload arguments or result; null when the content carries them or there are none
 */
public record Message(
    long id,
    @Nullable NodeId source,
    @Nullable Target target,
    Content content,
    int attempts,
    Headers headers,
    @Nullable Payload payload) {
  /** A message to whoever receives it, without headers or payload. */
  public static Message of(long id, Content content) {
    return new Message(id, null, null, content, 0, Headers.NONE, null);
  }

  /** The same message under another id. */
  public Message withId(long newId) {
    return new Message(newId, source, target, content, attempts, headers, payload);
  }

  /** The same message from another sender. */
  public Message withSource(@Nullable NodeId newSource) {
    return new Message(id, newSource, target, content, attempts, headers, payload);
  }

  /** The same message with another payload. */
  public Message withPayload(Payload newPayload) {
    return new Message(id, source, target, content, attempts, headers, newPayload);
  }

  /** The same message with other headers. */
  public Message withHeaders(Headers newHeaders) {
    return new Message(id, source, target, content, attempts, newHeaders, payload);
  }
}
