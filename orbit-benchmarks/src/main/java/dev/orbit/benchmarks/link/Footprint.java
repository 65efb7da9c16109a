package dev.orbit.benchmarks.link;

import com.sun.management.UnixOperatingSystemMXBean;
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
 * @param takenBytes what the buffers of connections have taken from the system, by whole chunks
 * @param bufferBytes what of that buffers hold that nobody has given back
 * @param threads platform threads
 * @param files open descriptors, connections among them
 */
record Footprint(long heapBytes, long takenBytes, long bufferBytes, int threads, int files) {
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
        heldBytes(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        (int)
            ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount());
  }

  /** gRPC's pool is its own, and shows itself to nobody else. */
  private static long heldBytes() {
    try {
      Method pool =
          Class.forName("io.grpc.netty.Utils").getMethod("getByteBufAllocator", boolean.class);
      pool.setAccessible(true);
      long held = 0;
      for (boolean direct : new boolean[] {true, false}) {
        PooledByteBufAllocator allocator = (PooledByteBufAllocator) pool.invoke(null, direct);
        held += allocator.pinnedDirectMemory() + allocator.pinnedHeapMemory();
      }
      return held;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("gRPC keeps its buffers elsewhere now", e);
    }
  }

  String toLine() {
    return "%d %d %d %d %d".formatted(heapBytes, takenBytes, bufferBytes, threads, files);
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
