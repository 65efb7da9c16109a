package dev.orbit.benchmarks.link;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a process holds at a moment.
 *
 * @param heapBytes live objects, after a collection
 * @param buffers how many buffers of connections are taken and not given back, with those that
 *     threads keep for their next one, of which each has some hundreds at most
 * @param bufferBytes what the pool of such buffers has taken from the system, off the heap
 * @param threads platform threads
 * @param files open descriptors, connections among them
 */
record Footprint(long heapBytes, long buffers, long bufferBytes, int threads, int files) {
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
        connectionBuffers().metric().directArenas().stream()
            .mapToLong(PoolArenaMetric::numActiveAllocations)
            .sum(),
        PlatformDependent.usedDirectMemory(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        (int)
            ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount());
  }

  /** The pool that gRPC's connections take buffers from, which it shows to nobody. */
  private static PooledByteBufAllocator connectionBuffers() {
    try {
      Method pool =
          Class.forName("io.grpc.netty.Utils").getMethod("getByteBufAllocator", boolean.class);
      pool.setAccessible(true);
      return (PooledByteBufAllocator) pool.invoke(null, false);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this gRPC keeps its buffers elsewhere", e);
    }
  }

  String toLine() {
    return "%d %d %d %d %d".formatted(heapBytes, buffers, bufferBytes, threads, files);
  }

  static Footprint ofLine(String line) {
    String[] words = line.split(" ", 5);
    return new Footprint(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Integer.parseInt(words[3]),
        Integer.parseInt(words[4]));
  }
}
