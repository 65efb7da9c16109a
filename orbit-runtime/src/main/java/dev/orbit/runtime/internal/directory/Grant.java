package dev.orbit.runtime.internal.directory;

import dev.orbit.api.state.Fence;

/**
 * The right to run one activation of one actor. Without it nothing runs.
 *
 * <p>Kept small because there is one for every activation. Thread-safe.
 */
public final class Grant {
  /** Of what is in no directory, and claims and writes no state. */
  public static final Grant NONE = new Grant(0, 0, new Fence(0, 0));

  private final int partition;
  private final long activation;
  private final long fenceView;
  private final long fenceCounter;
  private volatile boolean reached;

  /**
   * A grant.
   *
   * @param activation numbers the registrations of the host's life, in ascending order
   * @param fence greater than that of every earlier activation of the actor
   */
  public Grant(int partition, long activation, Fence fence) {
    this.partition = partition;
    this.activation = activation;
    this.fenceView = fence.view();
    this.fenceCounter = fence.counter();
  }

  /** The partition of the actor. */
  public int partition() {
    return partition;
  }

  /** The number of the activation in the life of its host. */
  public long activation() {
    return activation;
  }

  /** All calls that this node had sent the actor before it was here have come back here. */
  public void reached() {
    reached = true;
  }

  /** Whether {@link #reached}: calls of this node need not take the way that those took. */
  public boolean isReached() {
    return reached;
  }

  /** Under which the activation claims and writes its state. */
  public Fence fence() {
    return new Fence(fenceView, fenceCounter);
  }

  @Override
  public String toString() {
    return "Grant[" + activation + " under " + fence() + "]";
  }
}
