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
 * <p>Whoever waits is served by one sync that began after he came: while a sync runs, the next
 * batch gathers. A log position is <em>durable</em> once a sync covered it; it ceases to be when
 * the log is rewritten from before it, and a sync that began before such a rewriting proves nothing
 * about what came after, which {@code rewritings} takes care of. The first failed sync is the end:
 * nobody knows what a disk holds after that. Thread-safe.
 */
final class DurabilityGate implements AutoCloseable {
  /** Makes everything durable that was written before the call. */
  @FunctionalInterface
  interface Sync {
    void run() throws IOException;
  }

  private record Waiter(long index, long rewritings, CompletableFuture<Void> passed) {}

  private final Sync sync;
  private final Consumer<IOException> failed;
  private List<Waiter> waiting = new ArrayList<>();
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
        waiting.add(new Waiter(index, rewritings, passed));
        notifyAll();
      }
    }
    return passed;
  }

  /** Has a sync begin though nobody waits for one. */
  synchronized void poke() {
    waiting.add(new Waiter(0, rewritings, new CompletableFuture<>()));
    notifyAll();
  }

  /** How far the log is durable. */
  synchronized long durable() {
    return durable;
  }

  private void run() {
    while (true) {
      List<Waiter> batch = next();
      if (batch.isEmpty()) {
        return;
      }
      try {
        sync.run();
      } catch (IOException e) {
        fail(batch, e);
        return;
      }
      synced(batch);
    }
  }

  private synchronized List<Waiter> next() {
    while (waiting.isEmpty() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        closed = true;
      }
    }
    List<Waiter> batch = waiting;
    waiting = new ArrayList<>();
    return batch;
  }

  private void synced(List<Waiter> batch) {
    synchronized (this) {
      for (Waiter waiter : batch) {
        if (waiter.rewritings == rewritings) {
          durable = Math.max(durable, waiter.index);
        }
      }
    }
    batch.forEach(waiter -> waiter.passed.complete(null));
  }

  private void fail(List<Waiter> batch, IOException e) {
    List<Waiter> all = new ArrayList<>(batch);
    synchronized (this) {
      broken = true;
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
