package dev.orbit.runtime.internal.hosting;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * Watches the heap by what is left after garbage collections: what lies there between two may be
 * garbage, and says nothing.
 */
public final class HeapWatch implements MemoryWatch {
  private final double highWater;
  private final List<MemoryPoolMXBean> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .filter(pool -> pool.getCollectionUsage() != null)
          .toList();
  private long collections;

  private HeapWatch(double highWater) {
    this.highWater = highWater;
    this.collections = collections();
  }

  /**
   * A watch.
   *
   * @param highWater the share of the largest heap from which on memory is short; 1.0 for never
   */
  public static MemoryWatch from(double highWater) {
    return highWater >= 1.0 ? MemoryWatch.NONE : new HeapWatch(highWater);
  }

  @Override
  public boolean isShort() {
    long now = collections();
    if (now == collections) {
      return false;
    }
    collections = now;
    long used = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage left = pool.getCollectionUsage();
      if (left != null) {
        used += left.getUsed();
      }
    }
    return used >= highWater * Runtime.getRuntime().maxMemory();
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(bean -> Math.max(0, bean.getCollectionCount()))
        .sum();
  }
}
