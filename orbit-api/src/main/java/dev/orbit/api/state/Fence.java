package dev.orbit.api.state;

/**
 * Orders the activations of one actor over the whole cluster: a later activation has a greater
 * fence. Compared first by view, then by counter.
 *
 * @param view the version of the view in which the host's node became owner of the actor's
 *     partition
 * @param counter grows with every activation that the owner granted
 */
public record Fence(long view, long counter) implements Comparable<Fence> {
  @Override
  public int compareTo(Fence other) {
    int byView = Long.compare(view, other.view);
    return byView != 0 ? byView : Long.compare(counter, other.counter);
  }

  @Override
  public String toString() {
    return view + "." + counter;
  }
}
