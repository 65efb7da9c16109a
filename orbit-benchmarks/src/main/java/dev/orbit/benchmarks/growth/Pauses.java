package dev.orbit.benchmarks.growth;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * How long collections stopped this process, as the JVM tells it, in whole milliseconds.
 * Thread-safe.
 */
final class Pauses {
  private int count;
  private long totalMillis;
  private long longestMillis;

  /** Counts from now on. */
  Pauses() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener((notification, _) -> heard(notification), null, null);
    }
  }

  private void heard(Notification notification) {
    if (notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      add(
          GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
              .getGcInfo()
              .getDuration());
    }
  }

  private synchronized void add(long millis) {
    count++;
    totalMillis += millis;
    longestMillis = Math.max(longestMillis, millis);
  }

  /** How many there were, how long all together and the longest, since the last such question. */
  synchronized String taken() {
    String taken =
        String.format(Locale.ROOT, "%d, %d ms, %d ms", count, totalMillis, longestMillis);
    count = 0;
    totalMillis = 0;
    longestMillis = 0;
    return taken;
  }
}
