package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells of a link: one warning for each series of failures, none for what was announced. */
final class LinkLog {
  private static final Logger log = LoggerFactory.getLogger(Peer.class);

  private final NodeId node;
  private volatile boolean complained;

  LinkLog(NodeId node) {
    this.node = node;
  }

  void up() {
    complained = false;
    log.debug("peer={} link=up", node);
  }

  /**
   * It is lost, or could not be made.
   *
   * @param announced whether the other end has said goodbye
   */
  void down(Refusal why, Duration pause, boolean announced) {
    Level level = announced ? Level.INFO : complained ? Level.DEBUG : Level.WARN;
    complained = true;
    log.atLevel(level)
        .log(
            "peer={} link=down code={} retryMillis={} {}",
            node,
            why.code(),
            pause.toMillis(),
            why.description());
  }
}
