package dev.orbit.benchmarks.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a process. */
public final class Usage {
  /** Of the clock in /proc, which is the same on all machines that Linux runs on today. */
  private static final double TICK_MILLIS = 10;

  private static final int FIRST_FIELD = 3;
  private static final int USER_TIME = 14;
  private static final int TIMES = 4;

  private Usage() {}

  /** Processor time of the process and of those that it started and waited for. */
  static double cpuMillis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int i = 0; i < TIMES; i++) {
      ticks += Long.parseLong(fields[USER_TIME - FIRST_FIELD + i]);
    }
    return ticks * TICK_MILLIS;
  }

  /** How much memory it has. */
  public static double residentMebibytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
