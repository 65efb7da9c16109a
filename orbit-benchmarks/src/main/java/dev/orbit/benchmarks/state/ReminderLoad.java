package dev.orbit.benchmarks.state;

import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How late reminders are: {@code REMINDERS} of as many actors come due evenly over {@code WINDOW}
 * seconds on three nodes of this process that share a SQLite file or a PostgreSQL database, while
 * callers write state.
 */
public final class ReminderLoad {
  private static final int CALLERS = 8;

  private ReminderLoad() {}

  /**
   * Measures.
   *
   * @param args how many reminders (100,000), over how many seconds (40), how long to set them up
   *     at most, in seconds (60), the URL of an empty PostgreSQL database (a SQLite file)
   */
  public static void main(String[] args) throws Exception {
    int reminders = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    int window = args.length > 1 ? Integer.parseInt(args[1]) : 40;
    int setUp = args.length > 2 ? Integer.parseInt(args[2]) : 60;
    Path file = Files.createTempDirectory("orbit-reminder-load").resolve("state.db");
    try (SystemEnvironment environment = new SystemEnvironment();
        Cluster cluster =
            ClusterConfig.builder()
                .actors(TallyActor.class)
                .leaseDuration(Duration.ofSeconds(6))
                .customizer(
                    (name, node) ->
                        node.stateStore(
                            args.length > 3
                                ? JdbcStateStore.postgresql(
                                    environment, PostgresConfig.of(args[3], "postgres", ""))
                                : JdbcStateStore.sqlite(environment, file)))
                .start()) {
      Instant begin = Instant.now().plusSeconds(setUp);
      long setUpBegan = System.nanoTime();
      set(cluster, reminders, window, begin);
      double seconds = (System.nanoTime() - setUpBegan) / 1e9;
      System.out.printf("%,d reminders set in %.1f s%n", reminders, seconds);
      if (Instant.now().isAfter(begin)) {
        System.out.println("setting them took too long: the first were late before they were set");
      }
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong calls = new AtomicLong();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int c = 0; c < CALLERS; c++) {
          int caller = c;
          threads.execute(() -> write(cluster, caller, stop, calls));
        }
        Instant end = begin.plusSeconds(window + 30L);
        while (TallyActor.DELIVERED.get() < reminders && Instant.now().isBefore(end)) {
          Thread.sleep(100);
        }
        stop.set(true);
      }
      System.out.printf(
          "delivered %,d (%,d different), late by p50 %d ms, p99 %d ms, p99.9 %d ms, at most %d ms;"
              + " %,d durable calls meanwhile%n",
          TallyActor.DELIVERED.get(),
          TallyActor.SEEN.size(),
          TallyActor.LATE_MILLIS.getValueAtPercentile(50),
          TallyActor.LATE_MILLIS.getValueAtPercentile(99),
          TallyActor.LATE_MILLIS.getValueAtPercentile(99.9),
          TallyActor.LATE_MILLIS.getMaxValue(),
          calls.get());
    }
  }

  private static void set(Cluster cluster, int reminders, int window, Instant begin) {
    List<String> names = cluster.names();
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 256; t++) {
        threads.execute(
            () -> {
              for (int i = next.getAndIncrement(); i < reminders; i = next.getAndIncrement()) {
                long due = begin.toEpochMilli() + 1_000L * window * i / reminders;
                cluster.actors(names.get(i % names.size())).get(Tally.class, i).remindAt(due);
              }
            });
      }
    }
  }

  private static void write(Cluster cluster, int caller, AtomicBoolean stop, AtomicLong calls) {
    long key = -1L - caller;
    while (!stop.get()) {
      cluster.actors().get(Tally.class, key).increment();
      calls.incrementAndGet();
    }
  }
}
