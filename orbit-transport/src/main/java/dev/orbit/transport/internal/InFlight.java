package dev.orbit.transport.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests to one peer that are not answered, by id. Bounded. Thread-safe.
 *
 * <p>Ids are given out one after the other and mostly answered in about that order, so a request
 * has its place by the lowest bits of its id. Where an older one still sits there, the younger goes
 * into a map.
 */
final class InFlight {
  /** Enough places for what is usually under way; more would only be memory. */
  private static final int MOST_PLACES = 4096;

  private final AtomicReferenceArray<@Nullable Outgoing> places;
  private final ConcurrentHashMap<Long, Outgoing> others = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final int limit;

  /** No request here has an earlier deadline than this; one that has it may be gone. */
  private final AtomicLong earliest;

  InFlight(int limit, long now) {
    this.limit = limit;
    this.places =
        new AtomicReferenceArray<>(
            Integer.highestOneBit(Math.min(MOST_PLACES, Math.max(1, limit))));
    this.earliest = new AtomicLong(now + Long.MAX_VALUE / 2);
  }

  /** Enters a request; false if there are too many. */
  boolean add(Outgoing request) {
    if (size.incrementAndGet() > limit) {
      size.decrementAndGet();
      return false;
    }
    if (!places.compareAndSet(place(request.id()), null, request)) {
      others.put(request.id(), request);
    }
    lower(request.deadline());
    return true;
  }

  private int place(long id) {
    return (int) id & (places.length() - 1);
  }

  private void lower(long deadline) {
    long seen = earliest.get();
    while (deadline - seen < 0 && !earliest.compareAndSet(seen, deadline)) {
      seen = earliest.get();
    }
  }

  /** Takes a request out; null if it is not there. */
  @Nullable Outgoing remove(long id) {
    int place = place(id);
    Outgoing request = places.get(place);
    if (request == null || request.id() != id || !places.compareAndSet(place, request, null)) {
      request = others.isEmpty() ? null : others.remove(id);
    }
    if (request != null) {
      size.decrementAndGet();
    }
    return request;
  }

  /** Takes a request out that has ended otherwise; false if it is not there. */
  boolean forget(long id) {
    return remove(id) != null;
  }

  /** Whether an answer is to come over that stream. */
  boolean waitsFor(Wire stream) {
    boolean[] waits = new boolean[1];
    forEach(request -> waits[0] |= request.isSentOver(stream));
    return waits[0];
  }

  /** Fails what was handed to that stream and has no answer; {@code failed} is run for each. */
  void failSent(Wire stream, Function<Outgoing, ? extends Throwable> error, Runnable failed) {
    forEach(
        request -> {
          if (request.isSentOver(stream) && forget(request.id())) {
            failed.run();
            request.failIfSent(error.apply(request));
          }
        });
  }

  /** Fails what was not sent; {@code failed} is run for each. */
  void failQueued(Supplier<? extends Throwable> error, Runnable failed) {
    forEach(
        request -> {
          if (request.isQueued() && request.failIfQueued(error.get())) {
            failed.run();
            forget(request.id());
          }
        });
  }

  int size() {
    return size.get();
  }

  /**
   * Takes the requests out whose deadline has passed. Looks at none while the earliest deadline is
   * still to come.
   */
  void expire(long now, Consumer<Outgoing> each) {
    long seen = earliest.get();
    if (seen - now > 0) {
      return;
    }
    // Whoever enters from here on lowers the mark itself.
    long later = now + Long.MAX_VALUE / 2;
    if (!earliest.compareAndSet(seen, later)) {
      return;
    }
    forEach(
        request -> {
          if (!request.isExpired(now)) {
            lower(request.deadline());
          } else if (remove(request.id()) != null) {
            each.accept(request);
          }
        });
  }

  /** Takes nothing out: {@code each} decides, and may remove. */
  void forEach(Consumer<Outgoing> each) {
    for (int place = 0; place < places.length(); place++) {
      Outgoing request = places.get(place);
      if (request != null) {
        each.accept(request);
      }
    }
    others.values().forEach(each);
  }
}
