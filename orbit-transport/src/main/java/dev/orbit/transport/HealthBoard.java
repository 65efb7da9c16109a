package dev.orbit.transport;

import dev.orbit.api.env.Cancellable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a node says about its own health: one status for each service, the only source of what both
 * health services on the wire answer.
 *
 * <p>Begins with the three services below, all not serving. Thread-safe.
 */
public final class HealthBoard {
  /** The node as a whole. */
  public static final String NODE = "";

  /** Actor traffic. */
  public static final String ORBIT = "orbit";

  /** The consensus group. */
  public static final String RAFT = "raft";

  /** The most watchers at a time. */
  public static final int MAX_WATCHERS = 1024;

  /** The most services. */
  public static final int MAX_SERVICES = 64;

  /** What is known about a service. */
  public enum Status {
    /** It takes work. */
    SERVING,
    /** It takes no work at present. */
    NOT_SERVING,
    /** Nobody has looked yet. */
    UNKNOWN
  }

  private final Map<String, Status> statuses = new LinkedHashMap<>();
  private final Set<Runnable> watchers = new LinkedHashSet<>();
  private boolean stopped;

  /** A board on which nothing is serving. */
  public HealthBoard() {
    for (String service : List.of(NODE, ORBIT, RAFT)) {
      statuses.put(service, Status.NOT_SERVING);
    }
  }

  /**
   * Sets the status of a service. Does nothing after {@link #stop}.
   *
   * @throws IllegalArgumentException if it would be service number {@value #MAX_SERVICES} plus one
   */
  public void set(String service, Status status) {
    List<Runnable> told;
    synchronized (this) {
      if (stopped || statuses.get(service) == status) {
        return;
      }
      if (!statuses.containsKey(service) && statuses.size() >= MAX_SERVICES) {
        throw new IllegalArgumentException(
            "health service '%s' is one too many; the most is %d".formatted(service, MAX_SERVICES));
      }
      statuses.put(service, status);
      told = List.copyOf(watchers);
    }
    told.forEach(Runnable::run);
  }

  /** The status of a service; empty for one that was never set. */
  public synchronized Optional<Status> status(String service) {
    return Optional.ofNullable(statuses.get(service));
  }

  /** Turns everything to not serving for good. */
  public void stop() {
    List<Runnable> told;
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
      statuses.replaceAll((service, status) -> Status.NOT_SERVING);
      told = List.copyOf(watchers);
    }
    told.forEach(Runnable::run);
  }

  /**
   * Runs {@code changed} after each change of any service, on the thread that made it; it must not
   * block and reads the {@link #status} itself.
   *
   * @return takes the watcher away again; empty if there are {@value #MAX_WATCHERS} already
   */
  public synchronized Optional<Cancellable> watch(Runnable changed) {
    if (watchers.size() >= MAX_WATCHERS || !watchers.add(changed)) {
      return Optional.empty();
    }
    return Optional.of(() -> unwatch(changed));
  }

  private synchronized void unwatch(Runnable changed) {
    watchers.remove(changed);
  }

  /** How many watch at present. */
  public synchronized int watchers() {
    return watchers.size();
  }
}
