package dev.orbit.raft.internal.membership;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.cluster.ClusterStateMachine;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import dev.orbit.raft.internal.cluster.ViewDelta;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds members that were not heard of for longer than their lease, while this voter leads, and
 * proposes their expiry.
 *
 * <p>Every voter notes on its own monotonic clock when it applied the last renewal of each member.
 * A new leader first submits a barrier; when it has applied that itself, it knows all that was
 * agreed before, and begins every count afresh: members had nobody to renew with in the meantime.
 *
 * <p>Thread-safe.
 */
public final class ExpiryScan implements ClusterStateMachine.Observer, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExpiryScan.class);

  /** So many scans in the time of a lease: that much later than due a member may be found. */
  private static final int SCANS_PER_LEASE = 20;

  private final Environment environment;
  private final ClusterPort port;
  private final Duration barrierTimeout;
  private final Cancellable leadershipListener;

  // All below is guarded by this.
  private final Map<MemberId, Heard> heard = new HashMap<>();
  private @Nullable ClusterSettings settings;
  private long appliedIndex;
  private Phase phase = new Following();
  private Cancellable timer = () -> {};

  /** When a member was heard of, and whether its expiry is under way. */
  private static final class Heard {
    final long index;
    final long atNanos;
    boolean proposed;

    Heard(long index, long atNanos) {
      this.index = index;
      this.atNanos = atNanos;
    }
  }

  /** What this voter does about expiry: nothing, catching up, counting. */
  private sealed interface Phase {}

  private record Following() implements Phase {}

  private record CatchingUp(long term, long upTo) implements Phase {}

  private record Counting(long term, long sinceNanos) implements Phase {}

  /**
   * A scan that begins whenever {@code engine} leads.
   *
   * @param barrierTimeout how long one barrier may take
   */
  public ExpiryScan(Environment environment, ConsensusEngine engine, Duration barrierTimeout) {
    this.environment = environment;
    this.port = new EnginePort(environment, engine, () -> Duration.ZERO);
    this.barrierTimeout = barrierTimeout;
    this.leadershipListener = engine.onLeadership(this::led);
  }

  @Override
  public synchronized void heardOf(MemberId member, long index) {
    heard.put(member, new Heard(index, environment.nanoTime()));
  }

  @Override
  public synchronized void changed(ViewDelta change) {
    change.absent().ifPresent(heard::remove);
  }

  @Override
  public synchronized void replaced(ClusterView view, SortedMap<NodeId, Long> lastRenewals) {
    heard.clear();
    for (Member member : view.members()) {
      long index = lastRenewals.getOrDefault(member.id().node(), 0L);
      heard.put(member.id(), new Heard(index, environment.nanoTime()));
    }
  }

  @Override
  public synchronized void applied(long index, Optional<ClusterSettings> agreed) {
    appliedIndex = index;
    settings = agreed.orElse(null);
    beginWhenCaughtUp();
  }

  @Override
  public synchronized void close() {
    leadershipListener.cancel();
    phase = new Following();
    timer.cancel();
  }

  private synchronized void led(Leadership now) {
    timer.cancel();
    if (now.isSelf()) {
      phase = new CatchingUp(now.term(), Long.MAX_VALUE);
      submitBarrier(now.term());
    } else {
      phase = new Following();
    }
  }

  private void submitBarrier(long term) {
    port.submit(CommandEnvelope.repeatable(new ClusterCommand.Barrier()), barrierTimeout)
        .whenComplete((answer, failure) -> barrierAnswered(term, answer));
  }

  private synchronized void barrierAnswered(long term, @Nullable CommandAnswer answer) {
    if (!(phase instanceof CatchingUp(long catching, long upTo)) || catching != term) {
      return;
    }
    if (answer instanceof Accepted(long index, long version)) {
      phase = new CatchingUp(term, index);
      beginWhenCaughtUp();
    } else {
      timer = environment.schedule(Duration.ofMillis(100), () -> submitBarrier(term));
    }
  }

  private void beginWhenCaughtUp() {
    if (phase instanceof CatchingUp(long term, long upTo) && appliedIndex >= upTo) {
      log.info("counting leases afresh, term={} members={}", term, heard.size());
      phase = new Counting(term, environment.nanoTime());
      heard.values().forEach(h -> h.proposed = false);
      plan();
    }
  }

  private void plan() {
    Duration lease = settings == null ? Duration.ofSeconds(1) : settings.lease();
    timer = environment.schedule(lease.dividedBy(SCANS_PER_LEASE), this::scan);
  }

  private synchronized void scan() {
    if (!(phase instanceof Counting(long term, long sinceNanos))) {
      return;
    }
    if (settings != null) {
      long now = environment.nanoTime();
      long allowed = settings.lease().plus(settings.margin()).toNanos();
      heard.forEach(
          (member, last) -> {
            long silent = Math.min(now - last.atNanos, now - sinceNanos);
            if (silent >= allowed && !last.proposed) {
              propose(member, last, silent);
            }
          });
    }
    plan();
  }

  private void propose(MemberId member, Heard last, long silentNanos) {
    last.proposed = true;
    log.info(
        "member expires, member={} lastRenewal={} silent={}",
        member,
        last.index,
        Duration.ofNanos(silentNanos));
    port.submit(
            CommandEnvelope.repeatable(new ClusterCommand.Expire(member, last.index)),
            barrierTimeout)
        .whenComplete((answer, failure) -> proposed(last));
  }

  /** Whatever came of it: if the member is still there, unheard of, it will be proposed again. */
  private synchronized void proposed(Heard last) {
    last.proposed = false;
  }
}
