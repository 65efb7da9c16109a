package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registration that is over, of which the owner has not been told for sure. Guarded by the
 * partition's monitor.
 */
final class Leaving {
  final AddressableReference address;
  final long activation;
  final Parting parting;
  Courier.@Nullable Question open;

  /** Not to be told before this view. */
  long notBefore;

  final Pause pause = new Pause();

  /** Calls that go back to the owner once it has been told, so that it does not send them again. */
  List<Arrival> calls = new ArrayList<>(0);

  /** So many of these have waited for the activation, before all others came. */
  int first;

  /** Whether they are on their way. */
  boolean passing;

  Leaving(AddressableReference address, long activation, Parting parting) {
    this.address = address;
    this.activation = activation;
    this.parting = parting;
  }

  /** Whether calls of the actor have to wait here, behind others or until the owner knows. */
  boolean holds() {
    return parting.moves() || passing || !calls.isEmpty();
  }

  /** Whether calls wait for the owner to know, or it gets what the activation has left. */
  boolean isUrgent() {
    return !calls.isEmpty() || parting.carried().isPresent();
  }

  Content onWire(MemberId self) {
    return new Content.Unregister(address, self, activation, parting.carried());
  }
}
