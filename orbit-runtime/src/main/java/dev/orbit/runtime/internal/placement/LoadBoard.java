package dev.orbit.runtime.internal.placement;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.placement.NodeLoad;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node knows of the load of members. Only members about which somebody wants to know are
 * asked, each at most once a second, so that a cluster that places by hash asks nobody.
 *
 * <p>Between two answers a member looks as busy as it was, plus what this node has placed there
 * since; else everything would go to the one that was idle a moment ago.
 *
 * <p>Thread-safe.
 */
public final class LoadBoard implements Loads {
  private static final Logger LOG = LoggerFactory.getLogger(LoadBoard.class);
  private static final long ASK_AFTER_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long KNOWN_FOR_NANOS = Duration.ofSeconds(5).toNanos();

  private final LongSupplier nowNanos;
  private final MemberId self;
  private final Supplier<NodeLoad> own;
  private final Line line;
  private final Executor executor;
  private final Map<MemberId, Seen> members = new ConcurrentHashMap<>();

  /** How to ask a member. */
  @FunctionalInterface
  public interface Line {
    /** Completes with what it has to do; may fail. */
    CompletionStage<NodeLoad> ask(MemberId member);
  }

  private static final class Seen {
    final AtomicInteger placedSince = new AtomicInteger();
    volatile @Nullable NodeLoad load;
    volatile long atNanos;
    volatile boolean asked;
    final AtomicLong nextNanos;

    Seen(long nowNanos) {
      this.atNanos = nowNanos;
      this.nextNanos = new AtomicLong(nowNanos);
    }
  }

  /**
   * A board that knows nothing.
   *
   * @param own what this node has to do
   * @param executor asks, because who wants to know may hold locks
   */
  public LoadBoard(
      LongSupplier nowNanos, MemberId self, Supplier<NodeLoad> own, Line line, Executor executor) {
    this.nowNanos = nowNanos;
    this.self = self;
    this.own = own;
    this.line = line;
    this.executor = executor;
  }

  private Seen seen(MemberId member) {
    Seen known = members.get(member);
    return known != null
        ? known
        : members.computeIfAbsent(member, m -> new Seen(nowNanos.getAsLong()));
  }

  @Override
  public Optional<NodeLoad> of(MemberId member) {
    if (member.equals(self)) {
      return Optional.of(own.get());
    }
    Seen seen = seen(member);
    long now = nowNanos.getAsLong();
    long due = seen.nextNanos.get();
    if (now - due >= 0 && !seen.asked && seen.nextNanos.compareAndSet(due, now + ASK_AFTER_NANOS)) {
      seen.asked = true;
      askSoon(member, seen);
    }
    NodeLoad load = seen.load;
    return load == null || now - seen.atNanos > KNOWN_FOR_NANOS
        ? Optional.empty()
        : Optional.of(load.withMore(seen.placedSince.get()));
  }

  /** Whoever wants to know is in the middle of a choice, which must not fail for that. */
  private void askSoon(MemberId member, Seen seen) {
    try {
      executor.execute(() -> ask(member, seen));
    } catch (RuntimeException e) {
      LOG.warn("event=load-not-asked member={}", member, e);
      seen.asked = false;
    }
  }

  @Override
  public void placed(MemberId member) {
    if (!member.equals(self)) {
      seen(member).placedSince.incrementAndGet();
    }
  }

  /** A question that cannot be put is over too: the next is put in a second. */
  private void ask(MemberId member, Seen seen) {
    int before = seen.placedSince.get();
    boolean put = false;
    try {
      var _ =
          line.ask(member)
              .whenComplete(
                  (load, failure) -> {
                    if (load != null) {
                      seen.load = load;
                      seen.atNanos = nowNanos.getAsLong();
                      seen.placedSince.addAndGet(-before);
                    }
                    seen.asked = false;
                  });
      put = true;
    } finally {
      if (!put) {
        seen.asked = false;
      }
    }
  }

  /** The cluster has come to that view: who has left is forgotten. */
  public void view(ClusterView view) {
    members.keySet().removeIf(member -> !view.contains(member));
  }
}
