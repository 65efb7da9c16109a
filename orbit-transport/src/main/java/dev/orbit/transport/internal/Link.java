package dev.orbit.transport.internal;

import dev.orbit.transport.PeerStatus;

/**
 * How it stands with the connection to a peer. The steps between these are drawn in the package's
 * description.
 */
sealed interface Link {
  /** What others are told of it. */
  default PeerStatus.State state() {
    return switch (this) {
      case Idle _ -> PeerStatus.State.IDLE;
      case Connecting _ -> PeerStatus.State.CONNECTING;
      case Up _ -> PeerStatus.State.READY;
      case Down _ -> PeerStatus.State.TRANSIENT_FAILURE;
      case Closed _ -> PeerStatus.State.SHUTDOWN;
    };
  }

  /** Nobody has asked for it. */
  record Idle() implements Link {}

  /** An attempt is under way; requests wait for it. */
  record Connecting(PeerStream stream) implements Link {}

  /** Connected since that time. */
  record Up(PeerStream stream, long since) implements Link {}

  /** The last attempt failed for that reason, and the next one is made at that time. */
  record Down(Refusal why, long until) implements Link {}

  /** Nobody will ask for it again. */
  record Closed(Refusal why) implements Link {}
}
