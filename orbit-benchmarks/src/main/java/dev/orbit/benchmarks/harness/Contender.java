package dev.orbit.benchmarks.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The processes of one contender.
 *
 * @param near where the calls are made
 * @param far where they are served; empty if that is the same process
 */
public record Contender(WorkerProcess near, List<WorkerProcess> far) implements AutoCloseable {
  public Contender {
    far = List.copyOf(far);
  }

  /** A closed loop, with what it used of all processes. */
  public Measurement closed(String workload, int callers, long millis) throws IOException {
    WorkerProcess.Usage before = usage();
    Measurement run = near.closed(workload, callers, millis);
    return withUsage(run, before);
  }

  /** An open loop, with what it used of all processes. */
  public Measurement open(String workload, int rate, long millis) throws IOException {
    WorkerProcess.Usage before = usage();
    Measurement run = near.open(workload, rate, millis);
    return withUsage(run, before);
  }

  private Measurement withUsage(Measurement run, WorkerProcess.Usage before) throws IOException {
    WorkerProcess.Usage after = usage();
    return run.with(
        (double) (after.cpuNanos() - before.cpuNanos()),
        (double) (after.allocatedBytes() - before.allocatedBytes()));
  }

  private WorkerProcess.Usage usage() throws IOException {
    WorkerProcess.Usage sum = near.usage();
    for (WorkerProcess process : far) {
      sum = sum.plus(process.usage());
    }
    return sum;
  }

  @Override
  public void close() {
    List<WorkerProcess> all = new ArrayList<>(far);
    Collections.reverse(all);
    near.close();
    all.forEach(WorkerProcess::close);
  }
}
