package dev.orbit.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which platform threads began between two moments and never ended. Virtual threads cannot be
 * listed and are not seen.
 */
final class ThreadLeaks {
  /** Threads that belong to the process, whoever caused them to start. */
  private static final Pattern OF_THE_PROCESS =
      Pattern.compile(
          "ForkJoinPool.*|VirtualThread-.*|.*Poller|.*-Unblocker|process"
              + " reaper.*|.*Cleaner.*|Attach Listener|globalEventExecutor-.*|Finalizer|Reference"
              + " Handler|Signal Dispatcher|junit-.*|surefire-.*|RMI .*|JFR"
              + " .*|HikariPool-housekeeper.*|grpc-shared-destroyer-.*|AsyncAppender.*|logback-.*"
              + "|awaitility.*|Timer-.*junit.*");

  private static final Duration POLL = Duration.ofMillis(50);

  private final Set<Thread> before;

  private ThreadLeaks(Set<Thread> before) {
    this.before = before;
  }

  /** Remembers the threads of this moment. */
  static ThreadLeaks watch() {
    return new ThreadLeaks(new HashSet<>(Thread.getAllStackTraces().keySet()));
  }

  /** The names of the threads that began since and still run after {@code bound}. */
  List<String> await(Duration bound) {
    long end = System.nanoTime() + bound.toNanos();
    List<Thread> left = left();
    while (!left.isEmpty() && System.nanoTime() - end < 0) {
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      left = left();
    }
    return left.stream().map(ThreadLeaks::describe).sorted().collect(Collectors.toList());
  }

  private List<Thread> left() {
    List<Thread> left = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!before.contains(thread)
          && thread.isAlive()
          && !OF_THE_PROCESS.matcher(thread.getName()).matches()) {
        left.add(thread);
      }
    }
    return left;
  }

  private static String describe(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    return thread.getName() + (stack.length == 0 ? "" : " at " + stack[stack.length > 1 ? 1 : 0]);
  }
}
