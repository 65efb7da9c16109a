package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One partition as this node sees it: as its owner, with the entries of what others host; and as a
 * host whose claims another owner grants.
 *
 * <p>Thread-safe by its monitor. What arrives while something waits, waits behind it: calls of one
 * sender keep their order.
 */
final class Seat {
  private final int partition;
  private final Surroundings around;
  private final Ledger ledger;
  private final Claims claims;
  private final Deque<Waiting> waiting = new ArrayDeque<>(0);
  private List<Waiting.Asked> behind = new ArrayList<>(0);
  private @Nullable Effects stepping;
  private boolean draining;
  private boolean ended;
  private ClusterView view;
  private @Nullable MemberId owner;
  private @Nullable Tenure tenure;
  private @Nullable Tenure former;
  private long formerUntil;

  Seat(int partition, Surroundings around, ClusterView none) {
    this.partition = partition;
    this.around = around;
    this.ledger = new Ledger(around, partition);
    this.claims = new Claims(this, partition, around);
    this.view = none;
  }

  /**
   * Does something under the monitor, and what it does to others when the monitor is left. What
   * comes back here from the host's activations within a step, as the end of one that a call has
   * found closed, is a part of that step.
   */
  void step(Consumer<Effects> action) {
    Effects effects;
    synchronized (this) {
      if (stepping != null) {
        action.accept(stepping);
        return;
      }
      effects = new Effects();
      stepping = effects;
      try {
        action.accept(effects);
      } finally {
        stepping = null;
      }
    }
    effects.run();
  }

  // ---------------------------------------------------------------- calls

  void admit(Arrival call, boolean placed) {
    step(effects -> admit(call, placed, effects));
  }

  void admitAgain(Arrival call) {
    step(
        effects -> {
          if (ended || !(call.deliver() || claims.goesFirst(call, effects))) {
            admit(call, true, effects);
          }
        });
  }

  private void admit(Arrival call, boolean placed, Effects effects) {
    if (ended) {
      effects.add(() -> call.turnAway(Arrival.Refusal.ENDED));
    } else if (isHeld()) {
      park(call, placed, effects);
    } else {
      settle(call, placed, effects);
    }
  }

  private boolean isHeld() {
    Tenure present = tenure;
    return draining || !waiting.isEmpty() || (present != null && !present.serving);
  }

  private void park(Arrival call, boolean placed, Effects effects) {
    if (around.park()) {
      waiting.add(new Waiting.Called(call, placed));
    } else {
      effects.add(() -> call.turnAway(Arrival.Refusal.FULL));
    }
  }

  private void settle(Arrival call, boolean placed, Effects effects) {
    if (call.deliver() || claims.park(call, effects)) {
      return;
    }
    Tenure present = tenure;
    MemberId other = owner;
    if (present != null) {
      place(present, call, effects);
    } else if (placed && !call.activates()) {
      effects.add(() -> call.turnAway(Arrival.Refusal.ABSENT));
    } else if (placed) {
      claims.begin(call, effects);
    } else if (other == null) {
      effects.add(() -> call.turnAway(Arrival.Refusal.NOBODY));
    } else {
      effects.add(() -> call.passOn(other, false));
    }
  }

  private void place(Tenure present, Arrival call, Effects effects) {
    Entry entry = present.elsewhere.get(call.address());
    if (entry != null && Ledger.isStaleChoice(entry, view)) {
      present.elsewhere.remove(call.address());
      entry = null;
    }
    if (entry != null) {
      MemberId host = entry.host();
      effects.add(() -> call.passOn(host, true));
      return;
    }
    if (!call.activates()) {
      effects.add(() -> call.turnAway(Arrival.Refusal.ABSENT));
      return;
    }
    Optional<MemberId> chosen = around.choice().choose(call, partition);
    if (chosen.isEmpty()) {
      effects.add(() -> call.turnAway(Arrival.Refusal.NOBODY));
    } else if (!chosen.get().equals(around.self())) {
      present.elsewhere.put(call.address(), Entry.chosen(chosen.get()));
      effects.add(() -> call.passOn(chosen.get(), true));
    } else if (!around.host().mayActivate()) {
      effects.add(() -> call.turnAway(Arrival.Refusal.ENDED));
    } else {
      Grant grant = new Grant(partition, around.numbers().incrementAndGet(), present.nextFence());
      Optional<Content.Carried> carried = around.baggage().take(call.address());
      around.host().activate(call.address(), grant, List.of(call), carried);
    }
  }

  // ---------------------------------------------------------------- questions of others

  void request(Content.DirectoryRequest request, long viewVersion, Consumer<Content> reply) {
    step(effects -> handle(new Waiting.Asked(request, viewVersion, reply), effects));
  }

  private void handle(Waiting.Asked asked, Effects effects) {
    boolean heeds = around.rules().heedsViews();
    if (heeds && asked.viewVersion > view.version() && !ended) {
      put(behind, asked, effects);
      return;
    }
    Tenure present = tenure;
    if (ended
        || present == null
        || (heeds && asked.viewVersion < present.since)
        || !mayAsk(asked.request)) {
      refresh(asked, effects);
    } else if (isHeld()) {
      put(waiting, asked, effects);
    } else {
      Content answer = ledger.answer(present, view, asked.request);
      effects.add(() -> asked.reply.accept(answer));
    }
  }

  /**
   * Lets a question wait if it can. That a registration is over is told again by whoever says so: a
   * node that stops says it of all that it hosted, and must not take the places of calls.
   */
  private void put(Collection<? super Waiting.Asked> line, Waiting.Asked asked, Effects effects) {
    if (!(asked.request instanceof Content.Unregister) && around.park()) {
      line.add(asked);
    } else {
      refresh(asked, effects);
    }
  }

  /** A host that has left grants itself nothing; an owner without a lease grants nobody. */
  private boolean mayAsk(Content.DirectoryRequest request) {
    return !(request instanceof Content.Register(_, MemberId host, _))
        || (view.contains(host) && around.host().mayActivate());
  }

  private void refresh(Waiting.Asked asked, Effects effects) {
    Content answer = new Content.Refresh(view.version());
    effects.add(() -> asked.reply.accept(answer));
  }

  // ---------------------------------------------------------------- views

  Applied apply(ClusterView next, boolean contiguous) {
    List<Applied> applied = new ArrayList<>(1);
    step(
        effects -> {
          if (!ended) {
            applied.add(apply(next, contiguous, effects));
          }
        });
    if (applied.isEmpty()) {
      return Applied.NOTHING;
    }
    drain();
    return applied.getFirst();
  }

  private Applied apply(ClusterView next, boolean contiguous, Effects effects) {
    MemberId before = owner;
    MemberId after = next.partitions().owner(partition).orElse(null);
    view = next;
    owner = after;
    Applied applied = change(before, after, contiguous);
    if (tenure != null) {
      tenure.purge(next);
    }
    boolean anew = !contiguous || (after != null && !after.equals(before));
    claims.apply(after, next.version(), anew, effects);
    List<Waiting.Asked> due = behind;
    behind = new ArrayList<>(0);
    for (Waiting.Asked asked : due) {
      around.unpark(1);
      handle(asked, effects);
    }
    return applied;
  }

  private Applied change(@Nullable MemberId before, @Nullable MemberId after, boolean contiguous) {
    Tenure present = tenure;
    boolean owns = around.self().equals(after);
    if (former != null
        && (owns || !Optional.ofNullable(after).equals(Optional.ofNullable(before)))) {
      former = null;
    }
    if (owns && present == null) {
      tenure = new Tenure(view.version());
      if (!around.rules().awaitsEntries()) {
        tenure.serving = true;
      }
      // They came before whatever waits; the places that they take stay taken.
      for (Arrival call : claims.cancelAll().reversed()) {
        waiting.addFirst(new Waiting.Called(call, false));
      }
      return contiguous && before != null && view.contains(before)
          ? new Applied(Applied.Change.GAINED_FROM_MEMBER, before)
          : new Applied(Applied.Change.GAINED_FROM_NOBODY, null);
    }
    if (!owns && present != null) {
      tenure = null;
      around.baggage().drop(partition);
      former = present.serving ? present : null;
      formerUntil = view.version();
    }
    return Applied.NOTHING;
  }

  /** Settles what waits, if it can be settled now. Its effects run before those of later calls. */
  private void drain() {
    for (; ; ) {
      synchronized (this) {
        Tenure present = tenure;
        if (draining || waiting.isEmpty() || (present != null && !present.serving)) {
          return;
        }
        draining = true;
      }
      try {
        step(this::settleWaiting);
      } finally {
        synchronized (this) {
          draining = false;
        }
      }
    }
  }

  private void settleWaiting(Effects effects) {
    Tenure present = tenure;
    if (present != null && !present.serving) {
      // A view has come in between.
      return;
    }
    List<Waiting> batch = new ArrayList<>(waiting);
    waiting.clear();
    around.unpark(batch.size());
    for (Waiting next : batch) {
      switch (next) {
        case Waiting.Called(Arrival call, boolean placed) -> settle(call, placed, effects);
        case Waiting.Asked asked -> settle(asked, effects);
      }
    }
  }

  private void settle(Waiting.Asked asked, Effects effects) {
    Tenure present = tenure;
    if (present == null || !mayAsk(asked.request)) {
      refresh(asked, effects);
    } else {
      Content answer = ledger.answer(present, view, asked.request);
      effects.add(() -> asked.reply.accept(answer));
    }
  }

  // ---------------------------------------------------------------- entries

  /** All entries are there: serves, unless the tenure is over. */
  void install(long since, Collection<Content.Entry> entries) {
    synchronized (this) {
      Tenure present = tenure;
      if (ended || present == null || present.since != since) {
        return;
      }
      for (Content.Entry entry : entries) {
        // What this node hosts is in its table, or is over.
        if (!entry.host().equals(around.self()) && view.contains(entry.host())) {
          present.take(entry, around.host(), view);
        }
      }
      present.serving = true;
    }
    drain();
  }

  /**
   * The entries of the tenure that ended with that view, without those of this node; null if there
   * was none that had served.
   */
  synchronized @Nullable Tenure formerUntil(long viewVersion) {
    return formerUntil == viewVersion ? former : null;
  }

  synchronized boolean hasFormer() {
    return former != null;
  }

  /** By that view or an earlier one the member owns it, and it has the entries. */
  synchronized void forgetFormer(MemberId member, long viewVersion) {
    if (formerUntil <= viewVersion && member.equals(owner)) {
      former = null;
    }
  }

  synchronized void forEachElsewhere(BiConsumer<AddressableReference, Entry> visitor) {
    if (tenure != null) {
      tenure.elsewhere.forEach(visitor);
    }
  }

  // ---------------------------------------------------------------- ends

  /** An activation of this node is over. */
  void over(AddressableReference address, Grant grant, Parting parting) {
    step(
        effects -> {
          if (ended) {
            return;
          }
          if (tenure == null) {
            claims.leave(address, grant.activation(), parting, effects);
          } else {
            parting.carried().ifPresent(some -> around.baggage().put(address, partition, some));
          }
        });
  }

  /** Whether it need not wait any more; it is told so, unless it knows. */
  private boolean isOver(Waiting next, long nowNanos, Effects effects) {
    switch (next) {
      case Waiting.Called(Arrival call, _) -> {
        if (call.isOver()) {
          return true;
        }
        if (call.deadlineNanos() - nowNanos > 0) {
          return false;
        }
        effects.add(() -> call.turnAway(Arrival.Refusal.EXPIRED));
      }
      case Waiting.Asked asked -> {
        // Who asked has given up by then, and asks again.
        if (++asked.ticks <= Surroundings.BEHIND_TICKS) {
          return false;
        }
        refresh(asked, effects);
      }
    }
    return true;
  }

  void tick(long nowNanos) {
    step(
        effects -> {
          removeOver(waiting.iterator(), nowNanos, effects);
          removeOver(behind.iterator(), nowNanos, effects);
          claims.tick(nowNanos, effects);
        });
  }

  private void removeOver(Iterator<? extends Waiting> all, long nowNanos, Effects effects) {
    while (all.hasNext()) {
      if (isOver(all.next(), nowNanos, effects)) {
        all.remove();
        around.unpark(1);
      }
    }
  }

  /** The life is over, or the node stops: whoever waits is turned away, and nobody else comes. */
  void end() {
    step(this::end);
  }

  private void end(Effects effects) {
    ended = true;
    for (Waiting next : waiting) {
      switch (next) {
        case Waiting.Called(Arrival call, _) ->
            effects.add(() -> call.turnAway(Arrival.Refusal.ENDED));
        case Waiting.Asked asked -> refresh(asked, effects);
      }
    }
    behind.forEach(asked -> refresh(asked, effects));
    around.unpark(waiting.size() + behind.size());
    waiting.clear();
    behind.clear();
    List<Arrival> calls = claims.cancelAll();
    around.unpark(calls.size());
    calls.forEach(call -> effects.add(() -> call.turnAway(Arrival.Refusal.ENDED)));
    tenure = null;
    former = null;
  }

  // ---------------------------------------------------------------- to be seen

  synchronized boolean owns() {
    return tenure != null;
  }

  synchronized boolean serves() {
    return tenure != null && tenure.serving;
  }

  synchronized boolean isIdle() {
    return waiting.isEmpty() && behind.isEmpty() && claims.isEmpty();
  }

  synchronized int elsewhere() {
    return tenure == null ? 0 : tenure.elsewhere.size();
  }

  /** For {@link Claims}, which lives under this monitor. */
  @Nullable MemberId owner() {
    return owner;
  }

  /** Whether the view says that this node takes no more actors. */
  boolean isDraining() {
    return Ledger.isLeaving(around.self(), view);
  }

  long viewVersion() {
    return view.version();
  }

  synchronized @Nullable Entry entry(AddressableReference address) {
    return tenure == null ? null : tenure.elsewhere.get(address);
  }
}
