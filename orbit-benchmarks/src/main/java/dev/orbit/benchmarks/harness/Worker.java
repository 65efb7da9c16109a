package dev.orbit.benchmarks.harness;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The inside of a contender's process: takes commands by lines of its input until that ends.
 *
 * <pre>
 * closed WORKLOAD CALLERS MILLIS   keeps that many calls under way
 * open WORKLOAD RATE MILLIS        begins RATE calls a second
 * stats                            processor time and allocation so far
 * heap                             bytes in use after a collection
 * all                              the latencies of all open loops since the last such question
 * </pre>
 *
 * or commands of the contender's own. Each is answered by one line that begins with {@code ok} or
 * {@code failed}.
 */
public final class Worker {
  private static final String ANSWER = "@ ";

  private final Map<String, Workload> workloads;
  private final Map<String, Command> commands;
  private final PrintStream out;
  private final Histogram all = new Histogram(3);
  private long allNanos;

  /** A command of a contender's own. */
  @FunctionalInterface
  public interface Command {
    /**
     * Does it.
     *
     * @param words the line, its name first
     * @return what is answered
     */
    String obey(String[] words) throws Exception;
  }

  private Worker(Map<String, Workload> workloads, Map<String, Command> commands, PrintStream out) {
    this.workloads = workloads;
    this.commands = commands;
    this.out = out;
  }

  /**
   * Says that the process is ready, then does what the parent says until its input ends.
   *
   * @param ready what the parent, or another process of the contender, must know of this one
   */
  public static void serve(String ready, Map<String, Workload> workloads) throws IOException {
    serve(ready, workloads, Map.of());
  }

  /**
   * The same, with commands of one's own.
   *
   * @param commands by their names
   */
  public static void serve(
      String ready, Map<String, Workload> workloads, Map<String, Command> commands)
      throws IOException {
    Worker worker = new Worker(workloads, commands, System.out);
    worker.answer("ready " + ready);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      try {
        worker.answer("ok " + worker.obey(line.trim().split(" ")));
      } catch (Exception e) {
        e.printStackTrace();
        worker.answer("failed " + e);
      }
    }
  }

  private void answer(String text) {
    out.println(ANSWER + text.replace('\n', ' '));
    out.flush();
  }

  private String obey(String[] words) throws Exception {
    return switch (words[0]) {
      case "closed" -> closed(named(words[1]), number(words[2]), number(words[3])).toLine();
      case "open" -> open(named(words[1]), number(words[2]), number(words[3])).toLine();
      case "stats" -> cpuNanos() + " " + allocatedBytes();
      case "heap" -> Long.toString(heapInUse());
      case "all" -> all().toLine();
      default -> {
        Command command = commands.get(words[0]);
        if (command == null) {
          throw new IllegalArgumentException("no command: " + words[0]);
        }
        yield command.obey(words);
      }
    };
  }

  private Measurement all() {
    Measurement measured = Measurement.of(all, allNanos);
    all.reset();
    allNanos = 0;
    return measured;
  }

  private Workload named(String name) {
    Workload workload = workloads.get(name);
    if (workload == null) {
      throw new IllegalArgumentException(
          "no workload '%s'; there are %s".formatted(name, new TreeSet<>(workloads.keySet())));
    }
    return workload;
  }

  private static int number(String word) {
    return Integer.parseInt(word);
  }

  private static Measurement closed(Workload workload, int callers, int millis) throws Exception {
    Recorder recorder = new Recorder(callers, TimeUnit.MILLISECONDS.toNanos(millis));
    switch (workload) {
      case Workload.Blocking blocking -> {
        for (int caller = 0; caller < callers; caller++) {
          int number = caller;
          Thread.startVirtualThread(() -> callUntilOver(blocking, number, recorder));
        }
        recorder.awaitAll();
      }
      case Workload.Staged staged -> {
        for (int caller = 0; caller < callers; caller++) {
          callNext(staged, caller, recorder);
        }
        recorder.awaitAll();
      }
      case Workload.Driven driven -> driven.run(callers, recorder);
    }
    return recorder.measurement();
  }

  private static void callUntilOver(Workload.Blocking workload, int caller, Recorder recorder) {
    try {
      long began;
      do {
        began = System.nanoTime();
        workload.call(caller);
      } while (recorder.record(System.nanoTime() - began));
    } catch (Exception e) {
      recorder.fail(e);
    }
  }

  private static void callNext(Workload.Staged workload, int caller, Recorder recorder) {
    long began = System.nanoTime();
    var _ =
        workload
            .call(caller)
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    recorder.fail(failure);
                  } else if (recorder.record(System.nanoTime() - began)) {
                    callNext(workload, caller, recorder);
                  }
                });
  }

  /** Begins calls on time, whether or not earlier ones are answered. */
  private Measurement open(Workload workload, int rate, int millis) throws Exception {
    int calls = Math.max(1, (int) ((long) rate * millis / 1_000));
    double intervalNanos = 1e9 / rate;
    Recorder recorder = new Recorder(calls, TimeUnit.MILLISECONDS.toNanos(millis));
    long start = recorder.startedAtNanos();
    for (int i = 0; i < calls; i++) {
      long due = start + (long) (i * intervalNanos);
      for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
        LockSupport.parkNanos(due - now);
      }
      begin(workload, i, due, recorder);
    }
    recorder.awaitAll();
    Measurement measured = recorder.measurement();
    all.add(recorder.latencies());
    allNanos += (long) measured.nanos();
    return measured;
  }

  private static void begin(Workload workload, int call, long due, Recorder recorder) {
    switch (workload) {
      case Workload.Blocking blocking ->
          Thread.startVirtualThread(
              () -> {
                try {
                  blocking.call(call);
                  recorder.count(System.nanoTime() - due);
                  recorder.finished();
                } catch (Exception e) {
                  recorder.fail(e);
                }
              });
      case Workload.Staged staged -> {
        var _ =
            staged
                .call(call)
                .whenComplete(
                    (_, failure) -> {
                      if (failure != null) {
                        recorder.fail(failure);
                      } else {
                        recorder.count(System.nanoTime() - due);
                        recorder.finished();
                      }
                    });
      }
      case Workload.Driven _ ->
          throw new IllegalArgumentException("this workload has no open loop");
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static long allocatedBytes() {
    return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getTotalThreadAllocatedBytes();
  }

  private static long heapInUse() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** The part of a line of output that is an answer, or null where the line is anything else. */
  static @org.jspecify.annotations.Nullable String answerIn(String line) {
    return line.startsWith(ANSWER) ? line.substring(ANSWER.length()) : null;
  }
}
