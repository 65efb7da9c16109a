package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import dev.orbit.transport.security.PeerPrincipal;
import dev.orbit.transport.security.SpiffeId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of all ends that have streams here. An end that has proven to be somebody else has
 * another session, whatever number it says. Thread-safe; there are as many as open streams, at
 * most.
 */
final class Sessions {
  private record Key(long number, Optional<SpiffeId> end) {}

  /** Who it is, whatever certificate says so: an end may have a new one. */
  static Optional<SpiffeId> identity(Optional<PeerPrincipal> principal) {
    return principal.flatMap(PeerPrincipal::id);
  }

  private final Shared shared;
  private final Map<Key, Session> sessions = new ConcurrentHashMap<>();

  Sessions(Shared shared) {
    this.shared = shared;
  }

  /** The session that a stream belongs to, which it has from now on. */
  Session join(Content.Succession succession, Optional<PeerPrincipal> principal) {
    return sessions.compute(
        new Key(succession.session(), identity(principal)),
        (_, present) -> {
          Session session = present == null ? new Session(shared) : present;
          session.streams++;
          return session;
        });
  }

  /** The stream is over. */
  void leave(Content.Succession succession, Optional<PeerPrincipal> principal) {
    sessions.computeIfPresent(
        new Key(succession.session(), identity(principal)),
        (_, session) -> --session.streams == 0 ? null : session);
  }
}
