package dev.orbit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One process, told from a later one that was given the same id by when it began.
 *
 * @param pid its id
 * @param startedMillis when it began, in milliseconds since 1970; 0 where the system does not tell
 */
record ProcessMark(long pid, long startedMillis) {
  /** Systems count from when they booted, and a corrected clock moves that by a little. */
  private static final long TOLERANCE_MILLIS = 2_000;

  static ProcessMark of(ProcessHandle process) {
    long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return new ProcessMark(process.pid(), started);
  }

  static ProcessMark current() {
    return of(ProcessHandle.current());
  }

  /** The process, if it still runs. */
  Optional<ProcessHandle> find() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(this::begunThen)
        .filter(process -> !isZombie(pid));
  }

  boolean isAlive() {
    return find().isPresent();
  }

  /**
   * Returns when it does not run any more.
   *
   * @param look how often it is looked
   */
  void awaitEnd(Duration look) throws InterruptedException {
    Optional<ProcessHandle> process = find();
    // A handle keeps when its process began, and takes no later one for it: only the first look has
    // to ask for all that is known of it.
    while (process.filter(ProcessHandle::isAlive).isPresent() && !isZombie(pid)) {
      Thread.sleep(look);
    }
  }

  /** How long it has been running. */
  Duration age() {
    return Duration.ofMillis(Math.max(0, System.currentTimeMillis() - startedMillis));
  }

  private boolean begunThen(ProcessHandle process) {
    long started = of(process).startedMillis();
    return startedMillis == 0
        || started == 0
        || Math.abs(started - startedMillis) <= TOLERANCE_MILLIS;
  }

  /** A process that has ended and whose parent did not ask how, which Java takes for alive. */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
    } catch (IOException e) {
      return false;
    }
  }
}
