package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import java.util.Optional;

/** A call from nowhere, without a deadline, that no mailbox takes yet. */
class PlainCall implements Arrival {
  private final AddressableReference address;

  PlainCall(AddressableReference address) {
    this.address = address;
  }

  @Override
  public AddressableReference address() {
    return address;
  }

  @Override
  public Optional<MemberId> caller() {
    return Optional.empty();
  }

  @Override
  public boolean isOver() {
    return false;
  }

  @Override
  public boolean deliver() {
    return false;
  }

  @Override
  public void passOn(MemberId to, boolean placed) {}

  @Override
  public void turnAway(Refusal refusal) {}

  @Override
  public boolean activates() {
    return true;
  }

  @Override
  public long deadlineNanos() {
    return Long.MAX_VALUE;
  }
}
