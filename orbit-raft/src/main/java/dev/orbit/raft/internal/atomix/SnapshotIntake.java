package dev.orbit.raft.internal.atomix;

import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a leader's snapshot together before Atomix sees any of it.
 *
 * <p>Atomix writes every snapshot of one entry to one file and appends to what lies there: its own
 * of the same entry that waits for its completion, chunks of an earlier leader, what a crash left.
 * The sum is damaged, and the end of this voter. So nothing is taken that this voter's state holds
 * already, chunks of two senders are never mixed, and only what is whole and sound is handed on, in
 * one piece.
 *
 * <p>Holds at most one snapshot in memory, as the state machine does when it makes or reads one.
 * Thread-safe.
 */
final class SnapshotIntake {
  private static final Logger log = LoggerFactory.getLogger(SnapshotIntake.class);

  private @Nullable Pending pending;

  /** Takes a chunk; {@code next} gets the whole snapshot once its last chunk has come. */
  CompletableFuture<InstallResponse> take(
      InstallRequest chunk,
      long appliedIndex,
      Function<InstallRequest, CompletableFuture<InstallResponse>> next) {
    Optional<InstallRequest> whole;
    synchronized (this) {
      if (chunk.snapshotIndex() <= appliedIndex) {
        pending = null;
        return CompletableFuture.completedFuture(ok());
      }
      Pending from = continued(chunk);
      if (from == null) {
        return CompletableFuture.completedFuture(
            refused("a snapshot begins with chunk 0, not %d".formatted(chunk.chunkOffset())));
      }
      from.add(chunk);
      if (!chunk.complete()) {
        return CompletableFuture.completedFuture(ok());
      }
      pending = null;
      whole = from.whole(chunk);
    }
    return whole
        .map(next)
        .orElseGet(() -> CompletableFuture.completedFuture(refused("the snapshot came damaged")));
  }

  private @Nullable Pending continued(InstallRequest chunk) {
    Pending before = pending;
    if (chunk.chunkOffset() == 0) {
      pending = new Pending(chunk.term(), chunk.leader().id(), chunk.snapshotIndex());
    } else if (before == null || !before.precedes(chunk)) {
      pending = null;
    }
    return pending;
  }

  private static InstallResponse ok() {
    return InstallResponse.builder().withStatus(RaftResponse.Status.OK).build();
  }

  /** Its sender begins anew. */
  private static InstallResponse refused(String why) {
    return InstallResponse.builder()
        .withStatus(RaftResponse.Status.ERROR)
        .withError(RaftError.Type.ILLEGAL_MEMBER_STATE, why)
        .build();
  }

  /** The chunks that came so far from one leader in one term. */
  private static final class Pending {
    private final long term;
    private final String leader;
    private final long index;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long chunks;

    Pending(long term, String leader, long index) {
      this.term = term;
      this.leader = leader;
      this.index = index;
    }

    boolean precedes(InstallRequest chunk) {
      return chunk.term() == term
          && chunk.leader().id().equals(leader)
          && chunk.snapshotIndex() == index
          && chunk.chunkOffset() == chunks;
    }

    void add(InstallRequest chunk) {
      bytes.writeBytes(chunk.data());
      chunks++;
    }

    Optional<InstallRequest> whole(InstallRequest last) {
      byte[] content = bytes.toByteArray();
      Optional<String> damage = MachineHost.damage(content);
      damage.ifPresent(what -> log.warn("snapshot={} from={} refused: {}", index, leader, what));
      return damage.isPresent()
          ? Optional.empty()
          : Optional.of(
              new InstallRequest(
                  term,
                  last.leader(),
                  index,
                  last.snapshotTimestamp(),
                  last.snapshotVersion(),
                  0,
                  content,
                  true));
    }
  }
}
