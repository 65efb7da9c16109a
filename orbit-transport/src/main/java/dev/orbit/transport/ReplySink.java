package dev.orbit.transport;

import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way back to whoever sent a message.
 *
 * <p>Thread-safe; never blocks.
 */
public interface ReplySink {
  /**
   * Answers the message of that id. Dropped, with a debug log, when the stream has closed in the
   * meantime: its sender has been told that the outcome is unknown.
   */
  void reply(long messageId, Content content, @Nullable Payload payload);

  /** Whether the stream is still open. */
  boolean isOpen();

  /** Who the other end has proven to be; empty without mutual TLS. */
  Optional<Principal> principal();

  /** The address of the other end, for logs. */
  String remoteAddress();
}
