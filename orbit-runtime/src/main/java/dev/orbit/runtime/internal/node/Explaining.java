package dev.orbit.runtime.internal.node;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.runtime.inspect.ActorLocation;
import dev.orbit.runtime.inspect.ActorLocation.Why;
import dev.orbit.runtime.internal.directory.Courier;
import dev.orbit.runtime.internal.placement.Placement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks the owner of an actor's partition where it is, and says why. By one thread. */
final class Explaining {
  private final Environment environment;
  private final Courier courier;
  private final Placement placement;
  private final AddressableReference actor;
  private final CompletableFuture<Optional<Content>> told = new CompletableFuture<>();

  Explaining(
      Environment environment, Courier courier, Placement placement, AddressableReference actor) {
    this.environment = environment;
    this.courier = courier;
    this.placement = placement;
    this.actor = actor;
  }

  /**
   * Waits for the owner.
   *
   * @param nextCall where this node would send the next call
   */
  ActorLocation within(Duration bound, Optional<MemberId> nextCall) {
    ClusterView view = placement.view();
    Optional<MemberId> owner = view.partitions().owner(actor);
    Optional<Content> answer = owner.flatMap(member -> ask(member, view.version(), bound));
    Optional<MemberId> host = Optional.empty();
    Optional<Long> since = Optional.empty();
    Why why = Why.UNKNOWN;
    if (answer.orElse(null) instanceof Content.Hosted hosted) {
      host = Optional.of(hosted.host());
      boolean begun = hosted.activation() != 0;
      since = begun ? Optional.of(hosted.fence().view()) : Optional.empty();
      why = begun ? why(owner.orElseThrow(), hosted.host()) : Why.CHOSEN;
    } else if (answer.orElse(null) instanceof Content.Nowhere) {
      why = Why.NOWHERE;
    }
    return new ActorLocation(
        actor,
        view.partitions().partitionOf(actor),
        owner,
        view.version(),
        host,
        since,
        why,
        placement.rule(actor.type()).strategy(),
        nextCall);
  }

  private Why why(MemberId owner, MemberId host) {
    if (!placement.rule(actor.type()).isByHash()) {
      return Why.STRATEGY;
    }
    if (owner.equals(host)) {
      return Why.OWNER;
    }
    return placement.host(actor).filter(host::equals).isPresent() ? Why.DRAWN : Why.STAYED;
  }

  private Optional<Content> ask(MemberId owner, long viewVersion, Duration bound) {
    courier.ask(
        owner,
        viewVersion,
        new Content.Lookup(actor),
        new Courier.Question() {
          @Override
          public void answered(Content answer) {
            told.complete(Optional.of(answer));
          }

          @Override
          public void failed() {
            told.complete(Optional.empty());
          }
        });
    if (!told.isDone()) {
      Cancellable giveUp = environment.schedule(bound, () -> told.complete(Optional.empty()));
      told.join();
      giveUp.cancel();
    }
    return told.join();
  }
}
