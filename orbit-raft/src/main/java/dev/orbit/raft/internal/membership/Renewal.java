package dev.orbit.raft.internal.membership;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.raft.internal.cluster.ClusterCommand.Renew;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refused;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews one lease until it is lost: every third of its duration, and soon again after a failure.
 * An attempt that hangs does not hold up the next. Belongs to its queue.
 */
final class Renewal {
  private static final Logger log = LoggerFactory.getLogger(Renewal.class);

  private final Environment environment;
  private final ClusterPort port;
  private final Executor queue;
  private final ClusterSettings settings;
  private final HeldLease lease;
  private final LongConsumer viewVersion;
  private Cancellable timer = () -> {};

  /**
   * Renewals of {@code lease}.
   *
   * @param viewVersion is told the view version of every answer
   */
  Renewal(
      Environment environment,
      ClusterPort port,
      Executor queue,
      ClusterSettings settings,
      HeldLease lease,
      LongConsumer viewVersion) {
    this.environment = environment;
    this.port = port;
    this.queue = queue;
    this.settings = settings;
    this.lease = lease;
    this.viewVersion = viewVersion;
  }

  /** Begins, {@code since} the last proof of life. */
  void start(long sinceNanos) {
    plan(sinceNanos + period() - environment.nanoTime());
  }

  void stop() {
    timer.cancel();
  }

  /**
   * A third of the lease, less a random part of it, so that many nodes do not renew all at once.
   */
  private long period() {
    long third = settings.lease().toNanos() / 3;
    return third - environment.random().nextLong(third / 10 + 1);
  }

  private void plan(long delayNanos) {
    timer.cancel();
    timer =
        environment.schedule(
            Duration.ofNanos(Math.max(0, delayNanos)), () -> queue.execute(this::attempt));
  }

  private void attempt() {
    if (!lease.isHeld()) {
      return;
    }
    long sent = environment.nanoTime();
    plan(period());
    port.submit(
            CommandEnvelope.repeatable(new Renew(lease.member())), settings.lease().dividedBy(2))
        .whenComplete((answer, failure) -> queue.execute(() -> came(sent, answer, failure)));
  }

  private void came(long sent, @Nullable CommandAnswer answer, @Nullable Throwable failure) {
    switch (answer) {
      case Accepted(long index, long version) -> {
        lease.extend(sent + settings.lease().minus(settings.margin()).toNanos());
        viewVersion.accept(version);
      }
      case Refused refused -> lease.lose("renewal refused: " + refused.description());
      case null -> {
        if (lease.isHeld()) {
          log.warn(
              "renewal failed, will retry, member={} reason={}", lease.member(), reason(failure));
          plan(period() / 10);
        }
      }
    }
  }

  private static String reason(@Nullable Throwable failure) {
    return failure == null ? "no answer" : String.valueOf(failure.getMessage());
  }
}
