package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.placement.Placement;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of an actor at one moment, looked up once for all that one attempt has to
 * decide. Used by one thread.
 */
final class Outlook {
  private final AddressableReference target;
  private final @Nullable Life life;
  private final Placement placement;
  private final int partition;
  private final boolean owner;
  private final boolean stateless;
  private @Nullable Grant grant;
  private boolean asked;

  Outlook(Lives lives, AddressableReference target) {
    this.target = target;
    this.life = lives.present().orElse(null);
    this.placement = lives.placement();
    this.partition = placement.view().partitions().partitionOf(target);
    this.owner = life != null && placement.view().partitions().isOwner(life.member(), partition);
    this.stateless = placement.rule(target.type()).isStateless();
  }

  AddressableReference target() {
    return target;
  }

  /** The life that holds, or believes to hold, a lease; null between two. */
  @Nullable Life life() {
    return life;
  }

  Placement placement() {
    return placement;
  }

  ClusterView view() {
    return placement.view();
  }

  /** Into which partition it falls. */
  int partition() {
    return partition;
  }

  /** Whether this node owns that. */
  boolean isOwner() {
    return owner;
  }

  /** Whether any node that has such workers does. */
  boolean isStateless() {
    return stateless;
  }

  /** By what it is active here; null if it is not. */
  @Nullable Grant grant() {
    if (!asked && life != null) {
      grant = life.activations().grantOf(target);
      asked = true;
    }
    return grant;
  }
}
