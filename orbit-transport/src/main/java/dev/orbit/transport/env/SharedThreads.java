package dev.orbit.transport.env;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on virtual threads, of which there are fewer than tasks.
 *
 * <p>To make, start and end a virtual thread costs more than most tasks. A thread that has run its
 * task takes the next one that waits, in place of a thread that would have to be made for it.
 * Before a thread begins a task while others wait, it sees to it that another thread is on its way
 * to them: a task that blocks, or computes, keeps none of them from its beginning. Where the task
 * does neither, the other thread finds that nothing waits any more, and ends. A thread that finds
 * on its coming that tasks end slowly sends for two, so that tasks which block or compute do not
 * begin one by one, and many that wait get more of the processors than few.
 *
 * <p>Tasks wait in {@linkplain Lane lanes}, of which each thread that gives tasks uses one, so that
 * processors do not share one queue. Tasks of one lane are taken in the order in which they were
 * given. After {@link #STREAK_NANOS} a thread takes no further task and ends: whoever else has
 * something to do on its processor gets it.
 *
 * <p>A task finds its thread as a new one: without an interrupt, with its name and its context
 * class loader, and without inheritable thread-locals of whoever gave it. Only thread-locals stay
 * which the task before has set and not removed. What a task throws is told and ends nothing else.
 * Thread-safe; refuses a task only if no thread can be made for it.
 */
final class SharedThreads implements Executor {
  /** For so long a thread goes on with further tasks. */
  private static final long STREAK_NANOS = 200_000;

  /** So many threads of one lane at most are on their way. */
  private static final int MOST_COMING = 64;

  private static final String NAME = "orbit-virtual";

  private final Lane[] lanes;
  private final ThreadFactory factory;
  private final LongSupplier clock;
  private final UncaughtExceptionHandler died;
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

  /**
   * Threads that have the context class loader of the calling one.
   *
   * @param died hears of what a task threw
   */
  SharedThreads(UncaughtExceptionHandler died) {
    this(
        Thread.ofVirtual()
            // Without a number: counting and naming would cost as much as the thread itself.
            .name(NAME)
            .inheritInheritableThreadLocals(false)
            .factory(),
        Runtime.getRuntime().availableProcessors(),
        System::nanoTime,
        died);
  }

  SharedThreads(
      ThreadFactory factory, int processors, LongSupplier clock, UncaughtExceptionHandler died) {
    this.factory = factory;
    this.clock = clock;
    this.died = died;
    // A power of two, so that the number of a thread is enough to find its lane.
    int count = Integer.highestOneBit(2 * processors - 1);
    this.lanes = Stream.generate(Lane::new).limit(count).toArray(Lane[]::new);
  }

  @Override
  public void execute(Runnable task) {
    lane().add(Objects.requireNonNull(task, "task"));
  }

  /**
   * As {@link #execute} of each in turn; starts one thread for all of them. If none can be made,
   * none of them runs that has not begun.
   */
  void executeAll(List<Runnable> tasks) {
    lane().addAll(tasks);
  }

  private Lane lane() {
    return lanes[(int) Thread.currentThread().threadId() & (lanes.length - 1)];
  }

  /** Makes the thread as it was when it was new. */
  private void clean(Thread thread) {
    // Whoever wanted the task interrupted did not mean the next one.
    Thread.interrupted();
    if (!Objects.equals(thread.getContextClassLoader(), loader)) {
      thread.setContextClassLoader(loader);
    }
    if (!thread.getName().equals(NAME)) {
      thread.setName(NAME);
    }
  }

  private void tell(Throwable thrown) {
    try {
      died.uncaughtException(Thread.currentThread(), thrown);
    } catch (Throwable _) {
      // There is nobody else to tell, and tasks wait.
    }
  }

  /** Tasks that wait, and the threads that run them. */
  private final class Lane {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** How many threads were started that have not looked for a task yet. */
    private final AtomicInteger coming = new AtomicInteger();

    // How many tasks have ended, about: nothing but the number of threads rests on it.
    private int ended;

    void add(Runnable task) {
      tasks.add(task);
      try {
        haveSomebodyCome(1);
      } catch (Throwable e) {
        if (takeBack(List.of(task))) {
          throw e;
        }
      }
    }

    void addAll(List<Runnable> more) {
      tasks.addAll(more);
      try {
        haveSomebodyCome(1);
      } catch (Throwable e) {
        if (takeBack(more)) {
          throw e;
        }
      }
    }

    /** Takes out what has not begun, for want of a thread; whether there was any. */
    private boolean takeBack(List<Runnable> given) {
      boolean any = false;
      for (Runnable task : given) {
        any |= tasks.remove(task);
      }
      // Others may have counted on that thread.
      lookAfter();
      return any;
    }

    /**
     * Sees to it that a thread looks for tasks after now.
     *
     * @param least how many tasks count as ended until it comes, if fewer have: none where the
     *     sender is about to run one itself, behind which others would wait
     */
    private void haveSomebodyCome(int least) {
      int present = coming.get();
      // Below zero where a thread came of which its maker was told that it could not be made.
      if (present <= 0 && coming.compareAndSet(present, 1)) {
        start(least);
      }
    }

    /** Of a thread that counts as coming. */
    private void start(int least) {
      int endedBefore = ended;
      long sentNanos = clock.getAsLong();
      boolean started = false;
      try {
        factory
            .newThread(
                () -> {
                  // Before the first look: what is added later finds that nobody is coming.
                  coming.decrementAndGet();
                  long now = clock.getAsLong();
                  int passed = Math.max(least, ended - endedBefore);
                  run(now, now - sentNanos >= STREAK_NANOS * passed);
                })
            .start();
        started = true;
      } finally {
        if (!started) {
          coming.decrementAndGet();
        }
      }
    }

    /**
     * What a thread does: runs tasks until none waits, or it has done so for long enough.
     *
     * @param isSlow whether it was on its way for {@link #STREAK_NANOS} or longer for each task
     *     that ended meanwhile
     */
    private void run(long begunNanos, boolean isSlow) {
      Thread thread = Thread.currentThread();
      clean(thread);
      boolean sendsForTwo = isSlow;
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        if (sendsForTwo) {
          sendForTwo();
          sendsForTwo = false;
        } else {
          lookAfter();
        }
        try {
          task.run();
        } catch (Throwable e) {
          tell(e);
        }
        clean(thread);
        ended++;
        if (clock.getAsLong() - begunNanos >= STREAK_NANOS && lookAfter()) {
          return;
        }
      }
    }

    private void sendForTwo() {
      try {
        for (int i = 0; i < 2 && !tasks.isEmpty() && coming.get() < MOST_COMING; i++) {
          coming.incrementAndGet();
          start(0);
        }
      } catch (Throwable e) {
        tell(e);
      }
    }

    /** Has a thread come if tasks wait; false if none can be made. */
    private boolean lookAfter() {
      try {
        if (!tasks.isEmpty()) {
          haveSomebodyCome(0);
        }
        return true;
      } catch (Throwable e) {
        tell(e);
        return false;
      }
    }
  }
}
