package dev.orbit.runtime.internal.simulated;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.env.Cancellable;
import java.util.ArrayList;
import java.util.List;

/** A lease that is held until the test takes it away. */
public final class ManualLease implements NodeLease {
  private final List<Runnable> actions = new ArrayList<>();
  private volatile boolean held = true;

  /** Takes it away without telling anybody, as a pause of the process does. */
  public void expire() {
    held = false;
  }

  /** Takes it away and tells. */
  public void lose() {
    held = false;
    actions.forEach(Runnable::run);
  }

  @Override
  public MemberId member() {
    return new MemberId(new NodeId("a", "shop"), 1);
  }

  @Override
  public boolean isHeld() {
    return held;
  }

  @Override
  public long heldUntilNanos() {
    return held ? Long.MAX_VALUE : 0;
  }

  @Override
  public Cancellable onLost(Runnable action) {
    actions.add(action);
    return () -> actions.remove(action);
  }
}
