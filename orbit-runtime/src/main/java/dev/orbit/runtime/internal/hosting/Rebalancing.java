package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.DeactivationReason;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Environment;
import dev.orbit.runtime.internal.directory.Grant;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets actors go, slowly, that are here and would be placed on another node if they were placed
 * now: after a node has joined, those of the partitions that it got. Where they go the owners of
 * their partitions decide, at their next calls.
 *
 * <p>It begins when the members have stayed the same for a while, so that a rolling restart moves
 * nothing to and fro. Those that are idle go first, and of these those that have been idle longest;
 * one that is busy goes between two turns. Each goes at most once for one change of members: what
 * has come since, wherever from, was placed as it should be.
 *
 * <p>Thread-safe. While it {@linkplain #isUnderWay is under way}, {@link #tick} is to be called
 * many times a second; a look at all activations takes place at most once a second, and as long as
 * there is something to do.
 */
public final class Rebalancing {
  private static final Logger LOG = LoggerFactory.getLogger(Rebalancing.class);
  private static final long LOOK_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  /** So many are chosen by one look. */
  static final int CHOSEN_AT_ONCE = 10_000;

  private final Environment environment;
  private final ActivationTable activations;
  private final Pacing pacing;
  private @Nullable Round round;

  /**
   * How fast it goes.
   *
   * @param perSecond how many activations a node lets go a second; 0 for none, ever
   * @param after for how long the members must have been the same
   */
  public record Pacing(int perSecond, Duration after) {}

  /** Says what is to be on another node. */
  @FunctionalInterface
  public interface Elsewhere {
    /** Whether it would be placed there now. */
    boolean isElsewhere(AddressableReference address, Grant grant);
  }

  private static final class Round {
    final Elsewhere elsewhere;
    final long lastActivation;
    final Deque<Activation> chosen = new ArrayDeque<>();
    long nextLookNanos;
    long paidUntilNanos;
    int moved;

    Round(Elsewhere elsewhere, long lastActivation, long dueNanos) {
      this.elsewhere = elsewhere;
      this.lastActivation = lastActivation;
      this.nextLookNanos = dueNanos;
      this.paidUntilNanos = dueNanos;
    }
  }

  /**
   * How one of the activations looked at the moment of choosing.
   *
   * @param idleNanos for how long it has been idle, 0 if it is not
   */
  private record Candidate(Activation activation, long idleNanos) {}

  public Rebalancing(Environment environment, ActivationTable activations, Pacing pacing) {
    this.environment = environment;
    this.activations = activations;
    this.pacing = pacing;
  }

  /**
   * The members have changed.
   *
   * @param lastActivation the number of the last activation that was granted before
   */
  public synchronized void begin(Elsewhere elsewhere, long lastActivation) {
    if (pacing.perSecond() > 0) {
      round =
          new Round(elsewhere, lastActivation, environment.nanoTime() + pacing.after().toNanos());
    }
  }

  /** Lets go what is due. */
  public synchronized void tick() {
    Round present = round;
    long now = environment.nanoTime();
    if (present == null || now - present.paidUntilNanos < 0) {
      return;
    }
    long each = TimeUnit.SECONDS.toNanos(1) / pacing.perSecond();
    // After a pause not everything at once.
    present.paidUntilNanos = Math.max(present.paidUntilNanos, now - TimeUnit.SECONDS.toNanos(1));
    while (round != null && now - present.paidUntilNanos >= 0) {
      Activation next = next(present, now);
      if (next == null) {
        return;
      }
      next.deactivate(DeactivationReason.MOVED);
      present.moved++;
      present.paidUntilNanos += each;
    }
  }

  private @Nullable Activation next(Round present, long now) {
    if (present.chosen.isEmpty() && now - present.nextLookNanos >= 0) {
      present.nextLookNanos = now + LOOK_EVERY_NANOS;
      choose(present, now);
    }
    return present.chosen.poll();
  }

  private void choose(Round present, long now) {
    Comparator<Candidate> byIdle = Comparator.comparingLong(Candidate::idleNanos);
    // The one that has been idle for the shortest time is at its head, and makes room.
    PriorityQueue<Candidate> longest = new PriorityQueue<>(byIdle);
    boolean any = false;
    for (Activation activation : activations.actors()) {
      Grant grant = activation.grant();
      if (grant.activation() > present.lastActivation
          || !present.elsewhere.isElsewhere(activation.address(), grant)) {
        continue;
      }
      any = true;
      if (!activation.isToMove()) {
        longest.add(
            new Candidate(
                activation,
                activation.isIdle() ? Math.max(1, now - activation.lastUsedNanos()) : 0));
        if (longest.size() > CHOSEN_AT_ONCE) {
          longest.poll();
        }
      }
    }
    while (!longest.isEmpty()) {
      present.chosen.addFirst(longest.poll().activation());
    }
    if (!any) {
      round = null;
      if (present.moved > 0) {
        LOG.info("event=rebalanced node={} moved={}", activations.node(), present.moved);
      }
    }
  }

  /** Whether something may have to be let go yet. */
  public synchronized boolean isUnderWay() {
    return round != null;
  }
}
