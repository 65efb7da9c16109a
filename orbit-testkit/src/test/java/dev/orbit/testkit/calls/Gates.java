package dev.orbit.testkit.calls;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where turns of all nodes of this process wait for a test, and what they did. */
final class Gates {
  private static final Map<String, CountDownLatch> GATES = new ConcurrentHashMap<>();
  private static final List<String> LINES = new CopyOnWriteArrayList<>();

  private Gates() {}

  static void write(String line) {
    LINES.add(line);
  }

  static List<String> lines() {
    return List.copyOf(LINES);
  }

  static void open(String gate) {
    gate(gate).countDown();
  }

  /** Blocks until the gate is opened, or the thread is interrupted. */
  static void pass(String who, String gate) {
    write(who + " waits at " + gate);
    try {
      if (!gate(gate).await(40, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody opened " + gate);
      }
    } catch (InterruptedException e) {
      write(who + " was interrupted at " + gate);
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static CountDownLatch gate(String name) {
    return GATES.computeIfAbsent(name, _ -> new CountDownLatch(1));
  }
}
