package dev.orbit.testkit.clock;

import dev.orbit.api.ActorContext;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What the bells of all nodes of this process did. */
final class Rings {
  /** What reminders do in their turn. */
  static final AtomicReference<Runnable> ON_REMINDER = new AtomicReference<>(() -> {});

  private static final Queue<Ring> ALL = new ConcurrentLinkedQueue<>();
  private static final Set<String> OPEN = ConcurrentHashMap.newKeySet();
  private static final AtomicInteger OVERLAPS = new AtomicInteger();

  /** One turn. */
  record Ring(String actor, String node, String name, String id) {}

  private Rings() {}

  static void ring(ActorContext context, String name, String id, Runnable during) {
    String actor = context.address().key().toString();
    ALL.add(new Ring(actor, context.node().key(), name, id));
    if (!OPEN.add(actor)) {
      OVERLAPS.incrementAndGet();
    }
    try {
      during.run();
    } finally {
      OPEN.remove(actor);
    }
  }

  static List<Ring> of(String name) {
    return ALL.stream().filter(ring -> ring.name().equals(name)).toList();
  }

  static int overlaps() {
    return OVERLAPS.get();
  }

  static void clear() {
    ALL.clear();
    OPEN.clear();
    OVERLAPS.set(0);
    ON_REMINDER.set(() -> {});
  }
}
