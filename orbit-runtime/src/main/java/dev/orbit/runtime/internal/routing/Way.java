package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.client.internal.call.Following;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.life.Admission;
import dev.orbit.runtime.internal.life.Life;
import java.util.Optional;

/**
 * What becomes of a call on the node that it came to: completes with its answer, from here or,
 * where the directory does not let it run here, from where it goes to then. Thread-safe.
 */
class Way extends Following<Reply> implements Admission.Elsewhere {
  private final RoutedCall routed;
  private final Onward onward;

  Way(RoutedCall routed, Onward onward) {
    this.routed = routed;
    this.onward = onward;
  }

  /** The call. */
  final RoutedCall routed() {
    return routed;
  }

  @Override
  public final void passOn(MemberId to, boolean placed) {
    endAs(onward.passOn(routed, to, placed));
  }

  @Override
  public final void nobody() {
    complete(Reply.refused(onward.nobodyHosts(routed)));
  }

  /** As {@link Arrival#turnAway}. */
  final void turnAway(Arrival.Refusal refusal, Life life) {
    switch (refusal) {
      // Only a host of the type knows whether a method wants no activation.
      case ABSENT, NOBODY -> nobody();
      case EXPIRED, ENDED, FULL -> complete(Reply.refused(life.refusal(refusal, routed)));
    }
  }

  /** The member on which the call was made, or that sent it here. */
  final Optional<MemberId> caller(Life life) {
    if (routed.beginsHere()) {
      return Optional.of(life.member());
    }
    return routed
        .passedOn()
        .sender()
        .flatMap(node -> life.applied().flatMap(placement -> placement.view().member(node)))
        .map(Member::id);
  }
}
