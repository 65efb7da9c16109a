package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Environment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Holds back what may only be said once the log is on disk.
 *
 * <p>Whoever waits is served by one sync that began after what he waits for was written: while a
 * sync runs, the next batch gathers. A leader asks once for each follower it sends the same entries
 * to, and all of these are served by the sync of the first. A log position is <em>durable</em> once
 * a sync covered it; it ceases to be when the log is rewritten from before it, and a sync that
 * began before such a rewriting proves nothing about what came after, which {@code rewritings}
 * takes care of. The first failed sync is the end: nobody knows what a disk holds after that.
 * Thread-safe.
 */
final class DurabilityGate implements AutoCloseable {
  /** Makes durable what was written before the call. */
  @FunctionalInterface
  interface Sync {
    /**
     * Does so.
     *
     * @param everything whether also what is not an entry of the log
     */
    void run(boolean everything) throws IOException;
  }

  private record Waiter(long index, long rewritings, CompletableFuture<Void> passed) {
    /** What waits for everything. */
    private static final long EVERYTHING = 0;

    boolean wantsEverything() {
      return index == EVERYTHING;
    }
  }

  /** A sync under way: whom it serves, and up to where the log was written when it began. */
  private record Running(List<Waiter> batch, long upTo, long rewritings) {
    static final Running NOTHING = new Running(List.of(), -1, -1);

    boolean covers(Waiter waiter) {
      return waiter.index <= upTo && waiter.rewritings == rewritings;
    }
  }

  private final Sync sync;
  private final Consumer<IOException> failed;
  private List<Waiter> waiting = new ArrayList<>();
  private Running running = Running.NOTHING;
  private long durable;
  private long claimed;
  private long rewritings;
  private boolean broken;
  private boolean closed;
  private final Thread thread;

  /**
   * Starts the thread that syncs.
   *
   * @param durable how far the log was durable before
   * @param failed hears of the failed sync
   */
  DurabilityGate(
      Environment environment, String name, long durable, Sync sync, Consumer<IOException> failed) {
    this.sync = sync;
    this.failed = failed;
    this.durable = durable;
    this.claimed = durable;
    this.thread = environment.startThread("orbit-raft-sync-" + name, this::run);
  }

  /** Entries after {@code index} are about to be written, and perhaps others removed for them. */
  synchronized void writingAfter(long index) {
    if (index < claimed) {
      claimed = index;
      rewritings++;
      durable = Math.min(durable, index);
    }
  }

  /**
   * Passes when the log is durable up to {@code index}. To be asked after the entries have been
   * written.
   *
   * @return fails if a sync failed or the gate is closed before
   */
  CompletableFuture<Void> pass(long index) {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    synchronized (this) {
      if (broken || closed) {
        passed.completeExceptionally(new IOException("the log can no longer be synced"));
      } else if (index <= durable) {
        passed.complete(null);
      } else {
        claimed = Math.max(claimed, index);
        Waiter waiter = new Waiter(index, rewritings, passed);
        if (running.covers(waiter)) {
          running.batch.add(waiter);
        } else {
          waiting.add(waiter);
          notifyAll();
        }
      }
    }
    return passed;
  }

  /**
   * Passes when a sync is done that began after this call: whatever was written before, log or not,
   * is on disk then.
   *
   * @return fails if a sync failed or the gate is closed before
   */
  CompletableFuture<Void> written() {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    synchronized (this) {
      if (broken || closed) {
        passed.completeExceptionally(new IOException("nothing can be synced any more"));
      } else {
        waiting.add(new Waiter(Waiter.EVERYTHING, rewritings, passed));
        notifyAll();
      }
    }
    return passed;
  }

  /** How far the log is durable. */
  synchronized long durable() {
    return durable;
  }

  private void run() {
    while (next()) {
      try {
        sync.run(wantsEverything());
      } catch (IOException e) {
        fail(e);
        return;
      }
      synced();
    }
  }

  private synchronized boolean wantsEverything() {
    return running.batch.stream().anyMatch(Waiter::wantsEverything);
  }

  /** Begins with those who wait now; false when nobody will wait any more. */
  private synchronized boolean next() {
    while (waiting.isEmpty() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        closed = true;
      }
    }
    long upTo = -1;
    for (Waiter waiter : waiting) {
      if (waiter.rewritings == rewritings) {
        upTo = Math.max(upTo, waiter.index);
      }
    }
    running = new Running(waiting, upTo, rewritings);
    waiting = new ArrayList<>();
    return !running.batch.isEmpty();
  }

  private void synced() {
    List<Waiter> batch;
    synchronized (this) {
      batch = running.batch;
      running = Running.NOTHING;
      for (Waiter waiter : batch) {
        if (waiter.rewritings == rewritings) {
          durable = Math.max(durable, waiter.index);
        }
      }
    }
    batch.forEach(waiter -> waiter.passed.complete(null));
  }

  private void fail(IOException e) {
    List<Waiter> all;
    synchronized (this) {
      broken = true;
      all = new ArrayList<>(running.batch);
      running = Running.NOTHING;
      all.addAll(waiting);
      waiting.clear();
    }
    all.forEach(waiter -> waiter.passed.completeExceptionally(e));
    failed.accept(e);
  }

  /** Lets those pass that wait, and no more. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    if (!Thread.currentThread().equals(thread)) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
