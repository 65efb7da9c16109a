package dev.orbit.runtime.internal.directory;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One fetching of partitions. Everything here happens under the monitor of {@link Takeover}. */
final class Round {
  /** How many partitions are fetched at once at most: a few tens of thousands of entries. */
  private static final int WINDOW = 64;

  private final Takeover takeover;
  private final Surroundings around;
  private final long since;
  private final Content.EntriesKind kind;
  private final BitSet rest;
  private final Map<MemberId, Fetch> fetches = new LinkedHashMap<>();
  private List<MemberId> sources = List.of();
  private int size;
  private BitSet window = new BitSet();
  private Map<Integer, List<Content.Entry>> staged = new HashMap<>();

  Round(
      Takeover takeover,
      Surroundings around,
      long since,
      Content.EntriesKind kind,
      BitSet partitions) {
    this.takeover = takeover;
    this.around = around;
    this.since = since;
    this.kind = kind;
    this.rest = (BitSet) partitions.clone();
    // A node that has just joined takes entries in by code that has hardly run, and has calls to
    // answer meanwhile: it begins with little, as long as there are any. A recovery keeps all calls
    // waiting, and hurries.
    this.size = kind == Content.EntriesKind.HAND_OVER ? 1 : WINDOW;
  }

  void start(List<MemberId> members, Effects effects) {
    sources = new ArrayList<>(members);
    nextWindow(effects);
  }

  private void nextWindow(Effects effects) {
    for (; ; ) {
      window = new BitSet();
      staged = new HashMap<>();
      fetches.clear();
      for (int p = rest.nextSetBit(0); p >= 0; p = rest.nextSetBit(p + 1)) {
        window.set(p);
        if (window.cardinality() == size && !sources.isEmpty()) {
          break;
        }
      }
      rest.andNot(window);
      if (window.isEmpty()) {
        takeover.done(this);
        return;
      }
      List<Integer> partitions = window.stream().boxed().toList();
      for (MemberId source : sources) {
        Fetch fetch = new Fetch(source, partitions);
        fetches.put(source, fetch);
        fetch.ask(effects);
      }
      if (!isComplete()) {
        return;
      }
      install(effects);
    }
  }

  private boolean isComplete() {
    return fetches.values().stream().allMatch(fetch -> fetch.done)
        || (kind == Content.EntriesKind.HOSTED && !around.rules().awaitsMembers());
  }

  private void install(Effects effects) {
    for (int p = window.nextSetBit(0); p >= 0; p = window.nextSetBit(p + 1)) {
      takeover.install(p, since, staged.getOrDefault(p, List.of()), effects);
    }
  }

  private void advance(Effects effects) {
    if (isComplete()) {
      install(effects);
      fetches.values().forEach(fetch -> fetch.acknowledge(effects));
      size = staged.isEmpty() ? WINDOW : Math.min(2 * size, WINDOW);
      nextWindow(effects);
    }
  }

  /** A view was applied: some partitions may be gone, some members may have left. */
  void apply(ClusterView view, BitSet lost, Effects effects) {
    rest.andNot(lost);
    window.andNot(lost);
    if (window.isEmpty() && rest.isEmpty()) {
      takeover.done(this);
      return;
    }
    List<MemberId> gone = sources.stream().filter(m -> !view.contains(m)).toList();
    if (gone.isEmpty()) {
      return;
    }
    if (kind == Content.EntriesKind.HAND_OVER) {
      takeover.done(this);
      BitSet orphans = (BitSet) window.clone();
      orphans.or(rest);
      fetches.clear();
      takeover.recover(since, orphans, effects);
      return;
    }
    sources.removeAll(gone);
    fetches.keySet().removeAll(gone);
    advance(effects);
  }

  void tick(Effects effects) {
    for (Fetch fetch : fetches.values()) {
      if (!fetch.done && !fetch.open) {
        fetch.ask(effects);
      }
    }
  }

  private final class Fetch implements Courier.Question {
    private final MemberId source;
    private final List<Integer> partitions;
    private final List<Content.Entry> entries = new ArrayList<>();
    private long transfer;
    private int chunk;
    private boolean open;
    private boolean done;

    Fetch(MemberId source, List<Integer> partitions) {
      this.source = source;
      this.partitions = partitions;
      this.transfer = around.numbers().incrementAndGet();
    }

    void ask(Effects effects) {
      open = true;
      int asked = chunk;
      long number = transfer;
      effects.add(() -> around.courier().ask(source, since, request(number, asked), this));
    }

    private Content.EntriesRequest request(long number, int asked) {
      return new Content.EntriesRequest(kind, partitions, around.self(), number, asked);
    }

    void acknowledge(Effects effects) {
      takeover.received(source, since, request(transfer, Content.EntriesRequest.RECEIVED), effects);
    }

    @Override
    public void answered(Content answer) {
      Effects effects = new Effects();
      synchronized (takeover) {
        if (fetches.get(source) != this || done || !open) {
          return;
        }
        open = false;
        if (answer instanceof Content.EntriesResponse response) {
          take(response, effects);
        } else {
          // Begun anew at the next tick.
          transfer = around.numbers().incrementAndGet();
          chunk = 0;
          entries.clear();
        }
      }
      effects.run();
    }

    private void take(Content.EntriesResponse response, Effects effects) {
      entries.addAll(response.entries());
      if (!response.last()) {
        chunk++;
        ask(effects);
        return;
      }
      done = true;
      for (Content.Entry entry : entries) {
        staged.computeIfAbsent(takeover.partitionOf(entry), p -> new ArrayList<>()).add(entry);
      }
      BitSet missing = new BitSet();
      response.unavailable().stream().filter(window::get).forEach(missing::set);
      if (!missing.isEmpty()) {
        window.andNot(missing);
        takeover.recover(since, missing, effects);
      }
      advance(effects);
    }

    @Override
    public void failed() {
      synchronized (takeover) {
        open = false;
      }
    }
  }
}
