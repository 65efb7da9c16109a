package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.AddressableReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The activations of stateless workers: of each address as many as its calls need at a time, up to
 * the bound of its type.
 *
 * <p>Thread-safe. A crew is changed under its own monitor and is not used any more once it is
 * empty.
 */
final class Crews {
  private final ConcurrentHashMap<AddressableReference, Crew> crews = new ConcurrentHashMap<>();

  private static final class Crew {
    final List<Activation> workers = new ArrayList<>(2);
    boolean over;
  }

  /**
   * The worker that is to take a call: one that is idle, else a new one if there may be one, else
   * the one for which least waits.
   *
   * @param most how many there may be
   * @param make makes another; empty if the node has no room
   * @return empty if there is none, and none could be made
   */
  Optional<Activation> forCall(Call call, int most, Supplier<Optional<Activation>> make) {
    for (; ; ) {
      Crew crew = crews.computeIfAbsent(call.target(), address -> new Crew());
      synchronized (crew) {
        if (!crew.over) {
          return choose(crew, call, most, make);
        }
      }
    }
  }

  private Optional<Activation> choose(
      Crew crew, Call call, int most, Supplier<Optional<Activation>> make) {
    Activation best = null;
    int least = Integer.MAX_VALUE;
    for (Activation worker : crew.workers) {
      int ahead = worker.order().mailbox().size() + worker.order().open().size();
      // A call that would wait for itself at one may find another free.
      boolean holdsItUp = Obstacles.waitForIt(worker, call);
      if (!holdsItUp && ahead < least) {
        best = worker;
        least = ahead;
      }
    }
    if (best != null && least == 0) {
      return Optional.of(best);
    }
    if (crew.workers.size() < most) {
      Optional<Activation> made = make.get();
      if (made.isPresent()) {
        crew.workers.add(made.get());
        return made;
      }
    }
    if (crew.workers.isEmpty()) {
      leave(call.target(), crew);
      return Optional.empty();
    }
    return Optional.of(best != null ? best : crew.workers.getFirst());
  }

  /** Takes a worker out that has ended; false if it is not one of these any more. */
  boolean forget(Activation worker) {
    Crew crew = crews.get(worker.address());
    if (crew == null) {
      return false;
    }
    synchronized (crew) {
      boolean removed = crew.workers.remove(worker);
      if (crew.workers.isEmpty()) {
        leave(worker.address(), crew);
      }
      return removed;
    }
  }

  private void leave(AddressableReference address, Crew crew) {
    crew.over = true;
    crews.remove(address, crew);
  }

  boolean isEmpty() {
    return crews.isEmpty();
  }

  /** Adds all workers. */
  void addTo(Collection<Activation> all) {
    crews
        .values()
        .forEach(
            crew -> {
              synchronized (crew) {
                all.addAll(crew.workers);
              }
            });
  }
}
