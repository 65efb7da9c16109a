package dev.orbit.benchmarks.link;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a process holds at a moment.
 *
 * @param heapBytes live objects, after a collection
 * @param bufferBytes what the buffers of connections have taken from the system, off the heap
 * @param threads platform threads
 * @param files open descriptors, connections among them
 */
record Footprint(long heapBytes, long bufferBytes, int threads, int files) {
  private static final int COLLECTIONS = 3;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Of this process; collects garbage. */
  static Footprint now() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return new Footprint(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        PlatformDependent.usedDirectMemory(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        (int)
            ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount());
  }

  String toLine() {
    return "%d %d %d %d".formatted(heapBytes, bufferBytes, threads, files);
  }

  static Footprint ofLine(String line) {
    String[] words = line.split(" ", 4);
    return new Footprint(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]));
  }
}
