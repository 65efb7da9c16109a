package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.client.internal.wire.GrpcStatusNames;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Says whether this node holds an actor, and until when: for ends that want to know that before
 * they send it something. The lease of an actor is that of its host: it ends when the node's does,
 * and is renewed whenever that is.
 *
 * <p>A refusal begins with the name of a gRPC status: {@code NOT_FOUND} where this node does not
 * hold the actor, {@code FAILED_PRECONDITION} where its lease is over, {@code UNAVAILABLE} where it
 * stops. It says nothing of other nodes, and activates nothing. Thread-safe; never blocks.
 */
final class LeaseAnswers {
  /** A node renews its lease when a third of it has passed. */
  private static final int RENEWED_AFTER = 3;

  private final Environment environment;
  private final Lives lives;
  private final Duration lease;

  /**
   * Answers for the present life.
   *
   * @param lease how long leases of nodes last
   */
  LeaseAnswers(Environment environment, Lives lives, Duration lease) {
    this.environment = environment;
    this.lives = lives;
    this.lease = lease;
  }

  Content answer(Content.LeaseRequest request) {
    String cluster = lives.placement().view().cluster();
    if (!request.namespace().equals(cluster)) {
      return refused(
          ErrorCode.WRONG_CLUSTER,
          "%s is an actor of cluster %s, and this node belongs to %s"
              .formatted(request.reference(), request.namespace(), cluster));
    }
    Life life = lives.present().orElse(null);
    if (life == null || !life.lease().isHeld()) {
      return refused(
          ErrorCode.LEASE_LOST,
          "the lease of this node is over, and with it that of " + request.reference());
    }
    if (life.isStopping()) {
      return refused(
          ErrorCode.SHUTTING_DOWN,
          "node %s stops and gives up %s".formatted(life.member(), request.reference()));
    }
    if (life.activations().grantOf(request.reference()) == null) {
      return refused(
          ErrorCode.NOT_OWNER,
          "node %s does not hold %s".formatted(life.member(), request.reference()));
    }
    return held(life.lease(), request);
  }

  private Content held(NodeLease node, Content.LeaseRequest request) {
    long left = node.heldUntilNanos() - environment.nanoTime();
    Instant now = environment.wallTime();
    Instant expires = now.plus(Duration.ofNanos(Math.max(0, left)));
    long sinceRenewal = Math.max(0, lease.toNanos() - left);
    long untilRenewal = Math.max(0, lease.toNanos() / RENEWED_AFTER - sinceRenewal);
    Instant renews = now.plusNanos(Math.min(untilRenewal, Math.max(0, left)));
    return new Content.LeaseResponse(
        request.reference(), node.member().node(), millis(expires), millis(renews));
  }

  /** Nobody can use more. */
  private static Instant millis(Instant time) {
    return Instant.ofEpochMilli(time.toEpochMilli());
  }

  private static Content refused(ErrorCode code, String why) {
    return new Content.Failure(
        "%s: %s: %s".formatted(GrpcStatusNames.of(code), code, why), Optional.of(code));
  }
}
