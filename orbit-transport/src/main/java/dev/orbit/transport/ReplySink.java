package dev.orbit.transport;

import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import dev.orbit.transport.security.PeerPrincipal;
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

  /** What the other end has proven; empty without TLS. */
  Optional<PeerPrincipal> principal();

  /**
   * Whether the other end has greeted as a node of this cluster. Proven where there is TLS; a mere
   * claim otherwise.
   */
  boolean isFromNode();

  /** The address of the other end, for logs. */
  String remoteAddress();
}
