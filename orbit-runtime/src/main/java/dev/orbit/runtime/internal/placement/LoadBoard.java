package dev.orbit.runtime.internal.placement;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.placement.NodeLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of the load of members. Only members about which somebody wants to know are
 * asked, each at most once a second, so that a cluster that places by hash asks nobody.
 *
 * <p>Between two answers a member looks as busy as it was, plus what this node has placed there
 * since; else everything would go to the one that was idle a moment ago.
 *
 * <p>Thread-safe. {@link #tick} is to be called many times a second.
 */
public final class LoadBoard implements Loads {
  private static final long ASK_AFTER_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long KNOWN_FOR_NANOS = Duration.ofSeconds(5).toNanos();

  private final LongSupplier nowNanos;
  private final MemberId self;
  private final Supplier<NodeLoad> own;
  private final Line line;
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
    volatile boolean wanted;
    volatile boolean asked;
    volatile long nextNanos;

    Seen(long nowNanos) {
      this.atNanos = nowNanos;
      this.nextNanos = nowNanos;
    }
  }

  /**
   * A board that knows nothing.
   *
   * @param own what this node has to do
   */
  public LoadBoard(LongSupplier nowNanos, MemberId self, Supplier<NodeLoad> own, Line line) {
    this.nowNanos = nowNanos;
    this.self = self;
    this.own = own;
    this.line = line;
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
    seen.wanted = true;
    NodeLoad load = seen.load;
    return load == null || nowNanos.getAsLong() - seen.atNanos > KNOWN_FOR_NANOS
        ? Optional.empty()
        : Optional.of(load.withMore(seen.placedSince.get()));
  }

  @Override
  public void placed(MemberId member) {
    if (!member.equals(self)) {
      seen(member).placedSince.incrementAndGet();
    }
  }

  /** Asks whom somebody has wanted to know of. */
  public void tick() {
    long now = nowNanos.getAsLong();
    List<MemberId> due = new ArrayList<>(0);
    members.forEach(
        (member, seen) -> {
          if (seen.wanted && !seen.asked && now - seen.nextNanos >= 0) {
            seen.wanted = false;
            seen.asked = true;
            seen.nextNanos = now + ASK_AFTER_NANOS;
            due.add(member);
          }
        });
    due.forEach(member -> ask(member, seen(member)));
  }

  private void ask(MemberId member, Seen seen) {
    int before = seen.placedSince.get();
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
  }

  /** The cluster has come to that view: who has left is forgotten. */
  public void view(ClusterView view) {
    members.keySet().removeIf(member -> !view.contains(member));
  }
}
