package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.DeactivationReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Which activations leave memory when there are too many: those used least, and never one that is
 * busy.
 *
 * <p>A window of the latest (one in a hundred) is spared, so that those that have just come get a
 * chance to be called again; of the others the least often used go first, and of equals those that
 * have waited longest. So a sweep over many actors that are called once each pushes out what came
 * with it, and leaves those that are in demand: what W-TinyLFU does for caches.
 *
 * <p>Thread-safe.
 */
final class Retention {
  private static final int SPARED_ONE_IN = 100;

  private final Usage usage = new Usage();

  /**
   * An activation as it looked at one moment: what it is judged by must not change while sorting.
   */
  private record Candidate(Activation activation, int used, long lastUsedNanos) {}

  /** Takes note of what was called since the last time. */
  synchronized void note(Collection<Activation> activations) {
    usage.fit(activations.size());
    for (Activation activation : activations) {
      int uses = activation.takeUses();
      if (uses > 0) {
        usage.add(activation.address(), uses);
      }
    }
  }

  /**
   * Tells so many idle activations to end.
   *
   * @return how many were told; fewer than {@code most} when others are busy or spared
   */
  synchronized int shed(Collection<Activation> activations, int most, DeactivationReason reason) {
    note(activations);
    long now = Long.MAX_VALUE;
    List<Candidate> idle = new ArrayList<>();
    for (Activation activation : activations) {
      if (activation.isIdle()) {
        idle.add(
            new Candidate(activation, usage.of(activation.address()), activation.lastUsedNanos()));
        now = Math.min(now, activation.lastUsedNanos());
      }
    }
    // The clock's origin is arbitrary: compare by distance.
    long origin = now;
    idle.sort(Comparator.comparingLong(candidate -> candidate.lastUsedNanos() - origin));
    int spared = Math.max(1, idle.size() / SPARED_ONE_IN);
    List<Candidate> judged = idle.subList(0, Math.max(0, idle.size() - spared));
    judged.sort(Comparator.comparingInt(Candidate::used));
    int told = Math.min(most, judged.size());
    for (Candidate candidate : judged.subList(0, told)) {
      candidate.activation().deactivate(reason);
    }
    return told;
  }
}
