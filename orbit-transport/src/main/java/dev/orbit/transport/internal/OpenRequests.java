package dev.orbit.transport.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The ids of the requests of one stream that have no answer. Most ends count their ids up, so an id
 * has its place by its lowest bits, and goes into a set where another sits there. One thread adds,
 * any thread removes.
 */
final class OpenRequests {
  private static final int PLACES = 1024;

  /** Each id is kept plus one, so that 0 says that a place is free. */
  private final AtomicLongArray places = new AtomicLongArray(PLACES);

  private final Set<Long> others = ConcurrentHashMap.newKeySet();

  private static int place(long id) {
    return (int) id & (PLACES - 1);
  }

  /** Enters an id; false if it is there already. */
  boolean add(long id) {
    int place = place(id);
    if (places.get(place) == id + 1 || (!others.isEmpty() && others.contains(id))) {
      return false;
    }
    return places.compareAndSet(place, 0, id + 1) || others.add(id);
  }

  /** Takes an id out; false if it is not there, or somebody else was first. */
  boolean remove(long id) {
    return places.compareAndSet(place(id), id + 1, 0) || (!others.isEmpty() && others.remove(id));
  }

  /** Takes all out. */
  void clear() {
    for (int place = 0; place < PLACES; place++) {
      places.set(place, 0);
    }
    others.clear();
  }
}
