package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An actor that this node wants to host and another owns, with the calls that wait for it. Guarded
 * by the partition's monitor.
 */
final class Claim {
  final AddressableReference address;
  long activation;
  List<Arrival> calls = new ArrayList<>(1);

  /** The question whose answer counts; none while it is to be asked at the next tick or view. */
  Courier.@Nullable Question open;

  /** Not to be asked before this view. */
  long notBefore;

  /** Whether its calls are being passed on to the present host. */
  boolean passing;

  Claim(AddressableReference address, long activation) {
    this.address = address;
    this.activation = activation;
  }
}
