package dev.orbit.runtime.internal.hosting;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** What actors tell a test, and what a test tells actors. */
final class Journal {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final CompletableFuture<String> stage = new CompletableFuture<>();
  private volatile boolean failsToActivate;
  private volatile Runnable during = () -> {};

  void write(String line) {
    lines.add(line);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  void failToActivate(boolean fails) {
    failsToActivate = fails;
  }

  boolean failsToActivate() {
    return failsToActivate;
  }

  /** Runs within each increment, before it writes. */
  void during(Runnable action) {
    during = action;
  }

  void during() {
    during.run();
  }

  CompletableFuture<String> stage() {
    return stage;
  }
}
