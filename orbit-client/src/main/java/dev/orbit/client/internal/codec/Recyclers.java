package dev.orbit.client.internal.codec;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.BufferRecycler;
import tools.jackson.core.util.RecyclerPool;

/**
 * The buffers that Jackson reads and writes with, between two uses: about one for each processor,
 * because more are not used at a time as long as nobody who has one waits. The pools that Jackson
 * has are made for platform threads, or have all virtual threads meet at one end of one queue.
 * Thread-safe; whoever finds none gets a new one, and one for which there is no place is dropped.
 */
final class Recyclers implements RecyclerPool<BufferRecycler> {
  private static final long serialVersionUID = 1L;

  private final transient AtomicReferenceArray<@Nullable BufferRecycler> places;
  private final int mask;

  /** A pool with a place for each of so many processors, rounded up to a power of two. */
  Recyclers(int processors) {
    int size = processors == 1 ? 1 : Integer.highestOneBit(processors - 1) << 1;
    places = new AtomicReferenceArray<>(size);
    mask = size - 1;
  }

  /** Where to look first: who runs at the same time mostly looks elsewhere. */
  private int first() {
    return (int) Thread.currentThread().threadId();
  }

  @Override
  public BufferRecycler acquirePooled() {
    int first = first();
    for (int i = 0; i <= mask; i++) {
      int place = (first + i) & mask;
      BufferRecycler found = places.get(place);
      if (found != null && places.compareAndSet(place, found, null)) {
        return found;
      }
    }
    return new BufferRecycler();
  }

  @Override
  public void releasePooled(BufferRecycler used) {
    int first = first();
    for (int i = 0; i <= mask; i++) {
      int place = (first + i) & mask;
      if (places.get(place) == null && places.compareAndSet(place, null, used)) {
        return;
      }
    }
  }

  @Override
  public int pooledCount() {
    int count = 0;
    for (int i = 0; i <= mask; i++) {
      count += places.get(i) == null ? 0 : 1;
    }
    return count;
  }

  @Override
  public boolean clear() {
    for (int i = 0; i <= mask; i++) {
      places.set(i, null);
    }
    return true;
  }
}
