package dev.orbit.testkit.chaos;

import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A store that notes what it accepted, to tell afterwards whether a fenced write was among it. */
final class WitnessedStore implements StateStore {
  private final StateStore below;
  private final Map<StateKey, ConcurrentLinkedQueue<Accepted>> accepted = new ConcurrentHashMap<>();

  /** A write that raised the version to this one, or a claim that found it. */
  private record Accepted(long version, boolean isWrite, Fence fence) {}

  WitnessedStore(StateStore below) {
    this.below = below;
  }

  @Override
  public StoredState claim(StateKey key, Fence fence) {
    StoredState stored = below.claim(key, fence);
    note(key, new Accepted(stored.version(), false, fence));
    return stored;
  }

  @Override
  public long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value) {
    long version = below.write(key, expectedVersion, fence, value);
    note(key, new Accepted(version, true, fence));
    return version;
  }

  private void note(StateKey key, Accepted step) {
    accepted.computeIfAbsent(key, k -> new ConcurrentLinkedQueue<>()).add(step);
  }

  @Override
  public Optional<ReminderStore> reminders() {
    return below.reminders();
  }

  @Override
  public void close() {
    below.close();
  }

  /** How many writes were accepted. */
  long writes() {
    return accepted.values().stream()
        .flatMap(ConcurrentLinkedQueue::stream)
        .filter(Accepted::isWrite)
        .count();
  }

  /**
   * What must not be: two writes of one version, or a write that came, by its version, after a
   * claim or a write with a greater fence.
   */
  List<String> violations() {
    List<String> found = new ArrayList<>();
    accepted.forEach(
        (key, steps) -> {
          List<Accepted> inOrder =
              steps.stream()
                  .sorted(
                      Comparator.comparingLong(Accepted::version)
                          .thenComparing(step -> !step.isWrite()))
                  .toList();
          Accepted last = null;
          Fence greatest = new Fence(Long.MIN_VALUE, Long.MIN_VALUE);
          for (Accepted step : inOrder) {
            if (step.isWrite()) {
              if (last != null && last.version() == step.version()) {
                found.add("%s: two writes made version %d".formatted(key, step.version()));
              }
              if (step.fence().compareTo(greatest) < 0) {
                found.add(
                    "%s: version %d was written with fence %s after %s"
                        .formatted(key, step.version(), step.fence(), greatest));
              }
              last = step;
            }
            if (step.fence().compareTo(greatest) > 0) {
              greatest = step.fence();
            }
          }
        });
    return found;
  }
}
