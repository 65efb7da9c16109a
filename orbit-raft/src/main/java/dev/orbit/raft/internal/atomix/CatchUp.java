package dev.orbit.raft.internal.atomix;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a replaced voter so far that it has all that its lost store can have acknowledged: it asks
 * the leader for an entry and waits until that is applied here and on disk. Thread-safe; ticked by
 * one timer.
 */
final class CatchUp {
  private final Supplier<CompletableFuture<byte[]>> barrier;
  private final LongPredicate hasApplied;
  private final Runnable done;
  private OptionalLong goal = OptionalLong.empty();
  private boolean asked;
  private boolean over;

  /**
   * One that has not begun.
   *
   * @param barrier asks the leader for an entry; answered with its index
   * @param hasApplied whether the entry of an index is applied here and on disk
   * @param done runs once, when all is there
   */
  CatchUp(Supplier<CompletableFuture<byte[]>> barrier, LongPredicate hasApplied, Runnable done) {
    this.barrier = barrier;
    this.hasApplied = hasApplied;
    this.done = done;
  }

  /** Goes on; to be called often. */
  void tick() {
    synchronized (this) {
      if (over) {
        return;
      }
      if (goal.isEmpty()) {
        ask();
        return;
      }
      if (!hasApplied.test(goal.getAsLong())) {
        return;
      }
      over = true;
    }
    done.run();
  }

  private void ask() {
    if (!asked) {
      asked = true;
      var _ = barrier.get().whenComplete(this::answered);
    }
  }

  private synchronized void answered(byte @Nullable [] index, @Nullable Throwable failure) {
    asked = false;
    if (index != null && failure == null) {
      goal = OptionalLong.of(ByteBuffer.wrap(index).getLong());
    }
  }
}
