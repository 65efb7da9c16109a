package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
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
  private final Line line;
  private @Nullable Effects stepping;
  private boolean draining;
  private boolean ended;
  private ClusterView view;
  private @Nullable MemberId owner;
  private @Nullable Tenure tenure;
  private @Nullable Ahead ahead;
  private @Nullable Tenure former;
  private long formerUntil;

  Seat(int partition, Surroundings around, ClusterView none) {
    this.partition = partition;
    this.around = around;
    this.ledger = new Ledger(around, partition);
    this.claims = new Claims(this, partition, around);
    this.line = new Line(this, around);
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
    } else if (isHeld(call.address())) {
      park(call, placed, effects);
    } else {
      settle(call, placed, effects);
    }
  }

  /** Whether what comes for an actor has to wait, behind others or for entries. */
  private boolean isHeld(AddressableReference address) {
    if (draining) {
      return true;
    }
    // Nothing waits for an actor that is known ahead: what did was settled when it came to be.
    return isFilling() ? !isKnownAhead(address) : !line.isEmpty();
  }

  private boolean isFilling() {
    return tenure != null && !tenure.serving;
  }

  private boolean isKnownAhead(AddressableReference address) {
    return ahead != null && ahead.knows(address);
  }

  private void park(Arrival call, boolean placed, Effects effects) {
    if (line.park(call, placed, effects)) {
      askAhead(call.address(), effects);
    }
  }

  private void askAhead(AddressableReference address, Effects effects) {
    if (ahead != null) {
      ahead.ask(address, effects);
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
      line.putBehind(asked, effects);
      return;
    }
    Tenure present = tenure;
    Tenure past = former;
    if (past != null
        && asked.request instanceof Content.Lookup
        && (!heeds || asked.viewVersion == formerUntil)) {
      // Of the new owner, which knows by that view that this node is not the one any more.
      Content answer = ledger.answer(past, view, asked.request);
      effects.add(() -> asked.reply.accept(answer));
    } else if (ended
        || present == null
        || (heeds && asked.viewVersion < present.since)
        || !mayAsk(asked.request)) {
      asked.refresh(view.version(), effects);
    } else if (isHeld(asked.address())) {
      if (line.put(asked, effects)) {
        askAhead(asked.address(), effects);
      }
    } else {
      Content answer = ledger.answer(present, view, asked.request);
      effects.add(() -> asked.reply.accept(answer));
    }
  }

  /**
   * A host that has left, or still gets ready, is granted nothing; an owner without a lease grants
   * nobody anything.
   */
  private boolean mayAsk(Content.DirectoryRequest request) {
    return !(request instanceof Content.Register(_, MemberId host, _))
        || (Ledger.mayHost(host, view) && around.host().mayActivate());
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
    if (ahead != null) {
      ahead.apply(next);
      ahead.ask(line.all(), effects);
    }
    boolean anew = !contiguous || (after != null && !after.equals(before));
    claims.apply(after, next.version(), anew, effects);
    line.takeBehind().forEach(asked -> handle(asked, effects));
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
      line.goFirst(claims.cancelAll());
      if (!contiguous || before == null || !view.contains(before)) {
        return new Applied(Applied.Change.GAINED_FROM_NOBODY, null);
      }
      ahead = new Ahead(this, around, before, view.version());
      return new Applied(Applied.Change.GAINED_FROM_MEMBER, before);
    }
    if (!owns && present != null) {
      tenure = null;
      ahead = null;
      around.baggage().drop(partition);
      former = present.serving ? present : null;
      formerUntil = view.version();
    }
    return Applied.NOTHING;
  }

  /** Settles what waits and need not. Its effects run before those of later calls. */
  private void drain() {
    boolean begins;
    synchronized (this) {
      begins = beginsToDrain();
    }
    if (begins) {
      drainOn();
    }
  }

  private boolean beginsToDrain() {
    boolean begins = !draining && isAnyReady();
    draining |= begins;
    return begins;
  }

  private void drainOn() {
    boolean more = true;
    while (more) {
      boolean settled = false;
      try {
        step(this::settleReady);
        settled = true;
      } finally {
        more = drainsOn(settled);
      }
    }
  }

  private synchronized boolean drainsOn(boolean settled) {
    draining = settled && isAnyReady();
    return draining;
  }

  private boolean isAnyReady() {
    return line.anyMatch(this::isReady);
  }

  private boolean isReady(Waiting next) {
    return !isFilling() || isKnownAhead(next.address());
  }

  private void settleReady(Effects effects) {
    for (Waiting next : line.take(this::isReady)) {
      switch (next) {
        case Waiting.Called(Arrival call, boolean placed) -> settle(call, placed, effects);
        case Waiting.Asked asked -> settle(asked, effects);
      }
    }
  }

  private void settle(Waiting.Asked asked, Effects effects) {
    Tenure present = tenure;
    if (present == null || !mayAsk(asked.request)) {
      asked.refresh(view.version(), effects);
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
        // What this node hosts is in its table, or is over; what is known ahead may have changed.
        if (!entry.host().equals(around.self())
            && view.contains(entry.host())
            && !isKnownAhead(entry.reference())) {
          present.take(entry, around.host(), view);
        }
      }
      present.serving = true;
      ahead = null;
    }
    drain();
  }

  /** The former owner has said where an actor is, if {@code lesson} can make use of it. */
  void learn(Ahead from, BiPredicate<Tenure, ClusterView> lesson) {
    boolean begins;
    synchronized (this) {
      Tenure present = tenure;
      begins = ahead == from && present != null && lesson.test(present, view) && beginsToDrain();
    }
    if (begins) {
      drainOn();
    }
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

  void tick(long nowNanos) {
    step(
        effects -> {
          line.tick(nowNanos, effects);
          if (ahead != null) {
            ahead.ask(line.all(), effects);
          }
          claims.tick(nowNanos, effects);
        });
  }

  /** The life is over, or the node stops: whoever waits is turned away, and nobody else comes. */
  void end() {
    step(this::end);
  }

  private void end(Effects effects) {
    ended = true;
    line.end(effects);
    List<Arrival> calls = claims.cancelAll();
    around.unpark(calls.size());
    calls.forEach(call -> effects.add(() -> call.turnAway(Arrival.Refusal.ENDED)));
    tenure = null;
    ahead = null;
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
    return line.isIdle() && claims.isEmpty();
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
