package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one life of a node; see the package for what it promises and why.
 *
 * <p>Thread-safe. Views are applied by one thread at a time, in order. {@link #tick} repeats
 * questions that failed and ends waits. While nothing waits, nothing needs it: the directory says
 * when it is to be called again.
 */
public final class Directory {
  private final Surroundings around;
  private final Seat[] seats;
  private final Takeover takeover;
  private final Shipments shipments;
  private final Runnable wake;
  private final Object monitor = new Object();
  private List<Behind> behind = new ArrayList<>();
  private long applied;
  private @Nullable ClusterView last;
  private boolean ended;

  /**
   * Where calls and questions wait.
   *
   * @param most how many at most
   * @param wake run whenever something may have begun to wait: from then on {@link #tick} is to be
   *     called about every 50 ms, until it returns false. Must not block
   */
  public record Room(int most, Runnable wake) {}

  private static final class Behind {
    final Content.EntriesRequest request;
    final long viewVersion;
    final Consumer<Content> reply;
    int ticks;

    Behind(Content.EntriesRequest request, long viewVersion, Consumer<Content> reply) {
      this.request = request;
      this.viewVersion = viewVersion;
      this.reply = reply;
    }
  }

  /**
   * A directory that has seen no view.
   *
   * @param self the life of the node
   * @param none the view before the first; it says how many partitions there are
   * @param host the activations of the node
   * @param choice who hosts what nobody hosts
   * @param courier carries questions to other members
   * @param room for what waits
   */
  public Directory(
      MemberId self,
      ClusterView none,
      ActivationHost host,
      HostChoice choice,
      Courier courier,
      Room room) {
    this(
        none,
        new Surroundings(
            self,
            host,
            choice,
            courier,
            room.most(),
            Surroundings.Rules.ALL,
            new AtomicLong(),
            new AtomicInteger(),
            new Baggage()),
        room.wake());
  }

  Directory(ClusterView none, Surroundings surroundings, Runnable wake) {
    this.around = surroundings.asking(new WakingCourier(surroundings.courier(), wake));
    this.wake = wake;
    this.seats = new Seat[none.partitions().size()];
    for (int partition = 0; partition < seats.length; partition++) {
      seats[partition] = new Seat(partition, around, none);
    }
    this.takeover = new Takeover(around, seats, none);
    this.shipments = new Shipments(around, seats);
  }

  /** Applies the next view. When it returns, nothing is granted any more that others own by it. */
  public void apply(ClusterView view) {
    waking(() -> applyNext(view));
  }

  /** Does something by which something may begin to wait. */
  private void waking(Runnable action) {
    try {
      action.run();
    } finally {
      wake.run();
    }
  }

  private void applyNext(ClusterView view) {
    ClusterView before = last;
    boolean contiguous = before != null && before.version() + 1 == view.version();
    last = view;
    Map<MemberId, BitSet> fromMembers = new HashMap<>();
    BitSet fromNobody = new BitSet();
    for (int partition = 0; partition < seats.length; partition++) {
      Applied change = seats[partition].apply(view, contiguous);
      switch (change.change()) {
        case NONE -> {}
        case GAINED_FROM_MEMBER ->
            fromMembers.computeIfAbsent(source(change), m -> new BitSet()).set(partition);
        case GAINED_FROM_NOBODY -> fromNobody.set(partition);
      }
    }
    shipments.apply(view);
    takeover.apply(view, fromMembers, fromNobody);
    List<Behind> due;
    synchronized (monitor) {
      applied = view.version();
      due = behind;
      behind = new ArrayList<>();
    }
    around.unpark(due.size());
    due.forEach(next -> entries(next.request, next.viewVersion, next.reply));
  }

  private static MemberId source(Applied change) {
    MemberId source = change.source();
    if (source == null) {
      throw new IllegalStateException("gained from a member that is not named");
    }
    return source;
  }

  /**
   * Finds the place of a call that found no activation here: delivers it after all, lets it wait,
   * passes it on, or turns it away. Calls that one thread brings for one actor keep their order.
   *
   * @param placed whether the owner of the partition says that this node hosts the actor or is to
   */
  public void admit(int partition, Arrival call, boolean placed) {
    waking(() -> seats[partition].admit(call, placed));
  }

  /**
   * As {@link #admit(int, Arrival, boolean)}, of a call that has waited for an activation of this
   * node which is over now. Calls that one thread brings for one actor keep their order, and go
   * before those that have come since.
   */
  public void admitAgain(Arrival call) {
    int partition = noneOwned().partitions().partitionOf(call.address());
    waking(() -> seats[partition].admitAgain(call));
  }

  /** An activation of this node is over; to be called once it is not in the table any more. */
  public void over(AddressableReference address, Grant grant, Parting parting) {
    waking(() -> seats[grant.partition()].over(address, grant, parting));
  }

  /** The number of the last activation that was granted, or is claimed, here. */
  public long lastActivation() {
    return around.numbers().get();
  }

  /**
   * Answers a question about an actor: at once, or when this node has caught up with the view.
   *
   * @param viewVersion the view by which the member asked
   * @param reply takes the answer, once, by any thread
   */
  public void request(Content.DirectoryRequest request, long viewVersion, Consumer<Content> reply) {
    int partition = noneOwned().partitions().partitionOf(request.reference());
    waking(() -> seats[partition].request(request, viewVersion, reply));
  }

  private ClusterView noneOwned() {
    ClusterView view = last;
    return view == null ? ClusterView.empty("-", seats.length) : view;
  }

  /** Answers a member that wants entries, as {@link #request}. */
  public void entries(Content.EntriesRequest request, long viewVersion, Consumer<Content> reply) {
    waking(() -> answer(request, viewVersion, reply));
  }

  private void answer(Content.EntriesRequest request, long viewVersion, Consumer<Content> reply) {
    boolean refused;
    synchronized (monitor) {
      boolean early = around.rules().heedsViews() && viewVersion > applied;
      if (!ended && early && around.park()) {
        behind.add(new Behind(request, viewVersion, reply));
        return;
      }
      refused = ended || early;
    }
    reply.accept(refused ? new Content.EntriesRefused() : shipments.answer(request, viewVersion));
  }

  /**
   * Repeats what failed, and ends waits that have lasted too long.
   *
   * @param nowNanos by the clock that the deadlines of arrivals are measured by
   * @return whether there is something yet for the next tick; if not, it is told when there is
   */
  public boolean tick(long nowNanos) {
    boolean more = false;
    for (Seat seat : seats) {
      if (!seat.isIdle()) {
        seat.tick(nowNanos);
        more = true;
      }
    }
    Effects effects = new Effects();
    more |= takeover.tick(effects);
    effects.run();
    more |= shipments.tick();
    more |= around.baggage().tick();
    List<Behind> late = new ArrayList<>(0);
    synchronized (monitor) {
      behind.removeIf(next -> ++next.ticks > Surroundings.BEHIND_TICKS && late.add(next));
      more |= !behind.isEmpty();
    }
    around.unpark(late.size());
    late.forEach(next -> next.reply.accept(new Content.EntriesRefused()));
    return more;
  }

  /** The life is over: everything that waits is turned away, and nothing is granted any more. */
  public void end() {
    List<Behind> due;
    synchronized (monitor) {
      ended = true;
      due = behind;
      behind = new ArrayList<>();
    }
    around.unpark(due.size());
    due.forEach(next -> next.reply.accept(new Content.EntriesRefused()));
    takeover.end();
    shipments.end();
    for (Seat seat : seats) {
      seat.end();
    }
  }

  /** Whether the owners of now have fetched all entries of what this node owned before. */
  public boolean isHandedOver() {
    for (Seat seat : seats) {
      if (seat.hasFormer()) {
        return false;
      }
    }
    return true;
  }

  /** How many calls and questions wait here. */
  public int waiting() {
    return around.waiting().get();
  }

  /** How many partitions this node owns. */
  public int owned() {
    return count(true);
  }

  /** Of how many of them it has all entries. */
  public int served() {
    return count(false);
  }

  private int count(boolean all) {
    int count = 0;
    for (Seat seat : seats) {
      if (all ? seat.owns() : seat.serves()) {
        count++;
      }
    }
    return count;
  }

  /** The other member that hosts an actor, as this node has it registered as the owner. */
  public Optional<MemberId> elsewhere(AddressableReference address) {
    Entry entry = seats[noneOwned().partitions().partitionOf(address)].entry(address);
    return entry == null ? Optional.empty() : Optional.of(entry.host());
  }

  /** Whether this thread is within a step of that partition. */
  boolean holdsMonitorForTest(int partition) {
    return Thread.holdsLock(seats[partition]);
  }

  /** The entry of an actor that another node hosts, as this owner has it; null if none. */
  Content.@Nullable Entry entryForTest(AddressableReference address) {
    Entry entry = seats[noneOwned().partitions().partitionOf(address)].entry(address);
    return entry == null ? null : entry.onWire(address);
  }

  /** How many entries of actors on other nodes this node keeps. */
  public int entriesElsewhere() {
    int count = 0;
    for (Seat seat : seats) {
      count += seat.elsewhere();
    }
    return count;
  }
}
