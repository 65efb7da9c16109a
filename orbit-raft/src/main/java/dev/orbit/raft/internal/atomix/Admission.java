package dev.orbit.raft.internal.atomix;

import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.internal.grpc.Introduction;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides when a voter whose store was just made may take part.
 *
 * <p>Why that is safe for one that replaces a lost store. The lost one may have promised two things
 * that nobody here knows of: votes, and with each of them to acknowledge nothing of an earlier
 * term. It voted for candidates only, and a candidate writes its own vote of the term down before
 * it asks for others; so none of its promises is for a later term than the newest one that all
 * others together tell, after they have forgotten the lost store. Beginning one term later, this
 * voter breaks no promise, and a leader of before steps down and forgets what it believed the lost
 * store to have. What the lost one acknowledged and a leader counted is known to a majority without
 * it, or else to that leader: an election without this voter's vote finds it, which is why it does
 * not vote before it has applied an entry that it asked the leader for. All that needs a majority
 * of voters that have forgotten nothing; with fewer, agreed commands may be lost already, and this
 * voter waits for ever. Thread-safe.
 */
final class Admission {
  private final EngineConfig config;
  private final VoterStore store;

  Admission(EngineConfig config, VoterStore store) {
    this.config = config;
    this.store = store;
  }

  /** What this voter still waits for; empty if it may take part. */
  Optional<String> waitsFor() {
    VoterIdentity identity = store.identity();
    return switch (identity.standing()) {
      case FULL, CATCHING_UP -> Optional.empty();
      case FOUNDING -> missing(identity.introductions());
      case REPLACING ->
          missing(identity.introductions()).or(() -> forgetful(identity.introductions()));
    };
  }

  private Optional<String> missing(Map<String, Introduction> introductions) {
    Set<String> missing = new TreeSet<>(config.voters().keySet());
    missing.remove(config.self());
    missing.removeAll(introductions.keySet());
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "voter %s of group '%s' has no store of before and waits for voters %s; all voters must be up once when a group is founded or one of them is replaced"
                .formatted(config.self(), config.group(), missing));
  }

  private Optional<String> forgetful(Map<String, Introduction> introductions) {
    long full = introductions.values().stream().filter(Introduction::full).count();
    int majority = config.voters().size() / 2 + 1;
    return full >= majority
        ? Optional.empty()
        : Optional.of(
            "only %d of %d voters of group '%s' still have what was agreed, and %d are needed to replace voter %s"
                .formatted(full, config.voters().size(), config.group(), majority, config.self()));
  }

  /**
   * Moves a voter on that waits for nothing more.
   *
   * @throws IOException if that could not be written down
   */
  void admit() throws IOException {
    VoterIdentity identity = store.identity();
    switch (identity.standing()) {
      case FULL, CATCHING_UP -> {}
      case FOUNDING -> identity.become(Standing.FULL);
      case REPLACING -> {
        long newest =
            identity.introductions().values().stream()
                .mapToLong(Introduction::term)
                .max()
                .orElse(0);
        store.votes().renounce(newest + 1);
        identity.become(Standing.CATCHING_UP);
      }
    }
  }
}
