package dev.orbit.runtime.inspect;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import java.util.Optional;

/**
 * Where an actor is, and why there. Immutable.
 *
 * @param actor the actor
 * @param partition its partition
 * @param owner the owner of the partition, which decides where the actor lives; empty while nobody
 *     owns it
 * @param viewVersion the view of the node that was asked
 * @param host the node that hosts the actor, or has been chosen to; empty when it is active nowhere
 *     or the owner did not say
 * @param sinceView the view with which the ownership began by which the host was given the actor;
 *     empty when the host has not begun yet, and without a host
 * @param why why it is there, or is not known to be
 * @param strategy the name of the placement strategy that counts for the type at present
 * @param nextCall where the node that was asked would send the next call: the owner, unless it has
 *     been told of another host by a hint, or hosts the actor itself
 */
public record ActorLocation(
    AddressableReference actor,
    int partition,
    Optional<MemberId> owner,
    long viewVersion,
    Optional<MemberId> host,
    Optional<Long> sinceView,
    Why why,
    String strategy,
    Optional<MemberId> nextCall) {

  /** Why an actor is where it is. */
  public enum Why {
    /** Its host owns its partition and the type is placed by hash. */
    OWNER,
    /** The owner of its partition may not host its type; its host has won the draw. */
    DRAWN,
    /** It was placed there by another view, or for want of room elsewhere, and has stayed. */
    STAYED,
    /** The type's strategy has chosen it. */
    STRATEGY,
    /** It was chosen by the strategy or the draw, and has not begun to host it yet. */
    CHOSEN,
    /** It is active nowhere; its next call lets the owner choose. */
    NOWHERE,
    /** The owner has not answered, or nobody owns the partition. */
    UNKNOWN
  }

  /** The whole in one sentence, for people. */
  @Override
  public String toString() {
    return "%s (partition %d of %s) %s; by view %d the next call goes to %s"
        .formatted(
            actor,
            partition,
            owner.map(Object::toString).orElse("nobody"),
            where(),
            viewVersion,
            nextCall.map(Object::toString).orElse("nobody"));
  }

  private String where() {
    String at = host.map(Object::toString).orElse("");
    String since = sinceView.map(view -> " since view " + view).orElse("");
    return switch (why) {
      case OWNER -> "is on %s%s, which owns its partition".formatted(at, since);
      case DRAWN -> "is on %s%s, which was drawn as the owner may not host it".formatted(at, since);
      case STAYED -> "is on %s%s, where it was placed earlier".formatted(at, since);
      case STRATEGY -> "is on %s%s, chosen by %s".formatted(at, since, strategy);
      case CHOSEN -> "is to be on %s, chosen by %s".formatted(at, strategy);
      case NOWHERE -> "is active nowhere, and placed by %s".formatted(strategy);
      case UNKNOWN -> "is where its owner knows, which has not answered";
    };
  }
}
