package dev.orbit.runtime.internal.routing;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a call as it travels.
 *
 * @param content a response, an error or a failure
 * @param payload the result, where the content does not carry it
 * @param fromAfar whether another process has given it
 */
record Reply(Content content, @Nullable Payload payload, boolean fromAfar) {
  /** One that is given here. */
  Reply(Content content, @Nullable Payload payload) {
    this(content, payload, false);
  }

  /** One that has come. */
  static Reply of(Message message) {
    return new Reply(message.content(), message.payload(), true);
  }

  static Reply refused(OrbitException reason) {
    return new Reply(ErrorMapping.refused(reason), null);
  }

  /** What later calls to the actor have to carry, which had no room for this one; 0 for nothing. */
  long credit() {
    return content instanceof Content.InvocationError error ? error.credit() : 0;
  }

  /** The reason if the call surely did not run, as what is thrown to those who may try again. */
  Optional<NotExecutedException> notExecuted() {
    if (content instanceof Content.InvocationError error
        && error.code().isPresent()
        && OrbitException.of(error.code().get(), error.description())
            instanceof NotExecutedException refused) {
      return Optional.of(
          new NotExecutedException(
              refused.code(), refused.description(), null, error.retryAfter().orElse(null)));
    }
    return Optional.empty();
  }
}
