package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.state.Fence;
import dev.orbit.proto.Content;

/**
 * Who hosts an actor that is not hosted by the owner of its partition.
 *
 * @param activation 0 for a host that was chosen and has not registered yet
 */
record Entry(MemberId host, long activation, long fenceView, long fenceCounter) {
  static Entry chosen(MemberId host) {
    return new Entry(host, 0, 0, 0);
  }

  static Entry granted(MemberId host, long activation, Fence fence) {
    return new Entry(host, activation, fence.view(), fence.counter());
  }

  /** The same by another object for the same host. */
  Entry on(MemberId same) {
    return new Entry(same, activation, fenceView, fenceCounter);
  }

  Fence fence() {
    return new Fence(fenceView, fenceCounter);
  }

  Content.Entry onWire(AddressableReference address) {
    return new Content.Entry(address, host, activation, fence());
  }
}
