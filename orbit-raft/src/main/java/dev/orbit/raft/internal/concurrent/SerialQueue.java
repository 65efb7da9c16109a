package dev.orbit.raft.internal.concurrent;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in the order in which they came, on borrowed threads. What a task
 * throws is logged and ends that task only.
 *
 * <p>The queue has no bound of its own: whoever feeds it has a bounded number of things under way.
 *
 * <p>Thread-safe.
 */
public final class SerialQueue implements Executor {
  private static final Logger log = LoggerFactory.getLogger(SerialQueue.class);

  /** After so many tasks others get a turn on the borrowed thread. */
  private static final int TASKS_PER_RUN = 256;

  private final Executor threads;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /**
   * A queue without tasks.
   *
   * @param threads what tasks run on
   */
  public SerialQueue(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    schedule();
  }

  private void schedule() {
    if (!tasks.isEmpty() && scheduled.compareAndSet(false, true)) {
      threads.execute(this::run);
    }
  }

  private void run() {
    try {
      for (int i = 0; i < TASKS_PER_RUN; i++) {
        Runnable task = tasks.poll();
        if (task == null) {
          break;
        }
        try {
          task.run();
        } catch (RuntimeException e) {
          log.error("a task failed", e);
        }
      }
    } finally {
      // The flag falls first and the queue is looked at afterwards: a task that came in between is
      // not forgotten.
      scheduled.set(false);
      schedule();
    }
  }
}
