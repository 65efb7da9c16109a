package dev.orbit.runtime.internal.audit;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.runtime.inspect.IntegrityReport.Finding;
import dev.orbit.runtime.internal.audit.Comparison.Suspicion;
import dev.orbit.runtime.internal.directory.Courier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One check of the whole cluster, by one thread; see the package. */
public final class Audit {
  /** How many partitions are looked at together: what is in memory at a time. */
  private static final int WINDOW = 64;

  /** How often what does not fit is looked at, and how often it must be seen to be reported. */
  private static final int LOOKS = 4;

  private static final int SIGHTINGS = 3;
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** Above the numbers that the directory gives to its own transfers. */
  private static final long FIRST_TRANSFER = 1L << 62;

  private final Environment environment;
  private final Courier courier;
  private final MemberId self;
  private final Supplier<ClusterView> views;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<MemberId> silent =
      new TreeSet<>(Comparator.comparing(MemberId::node).thenComparingLong(MemberId::incarnation));
  private final BitSet unjudged = new BitSet();
  private int activations;
  private int entries;
  private long deadline;

  /**
   * A check that has not begun.
   *
   * @param courier also carries questions to this very member
   * @param self who asks
   * @param views the newest view that this node has applied
   */
  public Audit(
      Environment environment, Courier courier, MemberId self, Supplier<ClusterView> views) {
    this.environment = environment;
    this.courier = courier;
    this.self = self;
    this.views = views;
  }

  /** Checks everything, within that time; to be called once. */
  public IntegrityReport run(Duration bound) {
    long begin = environment.nanoTime();
    deadline = begin + bound.toNanos();
    int partitions = views.get().partitions().size();
    for (int from = 0; from < partitions; from += WINDOW) {
      BitSet window = new BitSet();
      window.set(from, Math.min(from + WINDOW, partitions));
      if (isOver()) {
        unjudged.or(window);
      } else {
        judge(window);
      }
    }
    ClusterView view = views.get();
    return new IntegrityReport(
        view.version(),
        view.members().size(),
        activations,
        entries,
        findings,
        List.copyOf(silent),
        unjudged.stream().boxed().toList(),
        Duration.ofNanos(environment.nanoTime() - begin));
  }

  private boolean isOver() {
    return environment.nanoTime() - deadline >= 0
        || findings.size() >= IntegrityReport.MOST_FINDINGS;
  }

  private void judge(BitSet window) {
    Map<Suspicion, Integer> sightings = new HashMap<>();
    for (int look = 1; ; look++) {
      ClusterView view = views.get();
      Map<MemberId, Inventory> told = collect(view, window);
      Comparison comparison = new Comparison(view, window, told);
      comparison.found().keySet().forEach(what -> sightings.merge(what, 1, Integer::sum));
      BitSet open = (BitSet) window.clone();
      open.andNot(comparison.judged());
      boolean all = told.size() + silentOf(view) == view.members().size();
      if ((all && open.isEmpty() && comparison.found().isEmpty()) || look == LOOKS || isOver()) {
        report(view, told, comparison, sightings);
        unjudged.or(open);
        return;
      }
      pause();
    }
  }

  private int silentOf(ClusterView view) {
    return (int) silent.stream().filter(view::contains).count();
  }

  private void report(
      ClusterView view,
      Map<MemberId, Inventory> told,
      Comparison comparison,
      Map<Suspicion, Integer> sightings) {
    activations += comparison.activations();
    entries += comparison.entries();
    comparison
        .found()
        .forEach(
            (what, finding) -> {
              if (sightings.getOrDefault(what, 0) >= SIGHTINGS
                  && findings.size() < IntegrityReport.MOST_FINDINGS) {
                findings.add(finding);
              }
            });
    for (Member member : view.members()) {
      if (!told.containsKey(member.id())) {
        silent.add(member.id());
      }
    }
  }

  /** Asks all at once who have not been silent through all looks before. */
  private Map<MemberId, Inventory> collect(ClusterView view, BitSet window) {
    List<Integer> partitions = window.stream().boxed().toList();
    List<Asking> askings = new ArrayList<>();
    for (Member member : view.members()) {
      if (!silent.contains(member.id())) {
        long transfer = environment.random().nextLong(FIRST_TRANSFER, Long.MAX_VALUE);
        Content.EntriesRequest first =
            new Content.EntriesRequest(Content.EntriesKind.AUDIT, partitions, self, transfer, 0);
        askings.add(new Asking(courier, member.id(), view.version(), first));
      }
    }
    askings.forEach(Asking::ask);
    CompletableFuture<Void> all =
        CompletableFuture.allOf(
            askings.stream().map(Asking::told).toArray(CompletableFuture[]::new));
    if (!all.isDone()) {
      Duration left = Duration.ofNanos(Math.max(1, deadline - environment.nanoTime()));
      Cancellable giveUp =
          environment.schedule(
              left, () -> askings.forEach(asking -> asking.told().complete(Optional.empty())));
      all.join();
      giveUp.cancel();
    }
    Map<MemberId, Inventory> told = new HashMap<>();
    for (Asking asking : askings) {
      asking.told().join().ifPresent(inventory -> told.put(asking.member(), inventory));
    }
    return told;
  }

  private void pause() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    environment.schedule(PAUSE, () -> over.complete(null));
    over.join();
  }
}
