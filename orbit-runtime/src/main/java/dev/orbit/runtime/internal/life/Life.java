package dev.orbit.runtime.internal.life;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.directory.ActivationHost;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.directory.Courier;
import dev.orbit.runtime.internal.directory.Directory;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.directory.HostChoice;
import dev.orbit.runtime.internal.directory.Parting;
import dev.orbit.runtime.internal.hosting.ActivationTable;
import dev.orbit.runtime.internal.hosting.HostingContext;
import dev.orbit.runtime.internal.hosting.Rebalancing;
import dev.orbit.runtime.internal.hosting.Refusals;
import dev.orbit.runtime.internal.placement.LoadBoard;
import dev.orbit.runtime.internal.placement.Placement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One incarnation of this node, hosting. */
public final class Life {
  private static final Logger LOG = LoggerFactory.getLogger(Life.class);
  private static final Duration TICK = Duration.ofMillis(50);

  private final NodeLease lease;
  private final ActivationTable activations;
  private final Directory directory;
  private final Optional<HostAdvice> advice;
  private final LoadBoard loads;
  private final Rebalancing rebalancing;
  private final Ticker ticker;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile Optional<Placement> applied = Optional.empty();

  /**
   * What a life needs of its directory.
   *
   * @param none the view before the first
   * @param choice who hosts what nobody hosts
   * @param loads what it knows of members' load
   * @param courier carries its questions
   * @param mostWaiting how many calls may wait for entries and grants
   * @param advice the application's word on the choice; empty if it has none
   * @param rebalancing how fast actors follow to nodes that have joined
   */
  public record Directing(
      ClusterView none,
      HostChoice choice,
      LoadBoard loads,
      Courier courier,
      int mostWaiting,
      Optional<HostAdvice> advice,
      Rebalancing.Pacing rebalancing) {}

  /** A life that has seen no view. */
  public Life(HostingContext context, Directing directing) {
    this.lease = context.lease();
    this.advice = directing.advice();
    Environment environment = context.environment();
    this.ticker = new Ticker(environment, TICK, () -> tick(environment.nanoTime()));
    this.activations = new ActivationTable(context, this::ended);
    this.directory =
        new Directory(
            lease.member(),
            directing.none(),
            new Host(),
            directing.choice(),
            directing.courier(),
            new Directory.Room(directing.mostWaiting(), ticker::wake));
    this.loads = directing.loads();
    this.rebalancing = new Rebalancing(environment, activations, directing.rebalancing());
  }

  private boolean tick(long nowNanos) {
    boolean more = directory.tick(nowNanos);
    if (!stopping) {
      rebalancing.tick();
      more |= rebalancing.isUnderWay();
    }
    return more;
  }

  private void ended(AddressableReference address, Grant grant, Parting parting) {
    directory.over(address, grant, parting);
  }

  /** Which life this is. */
  public MemberId member() {
    return lease.member();
  }

  /** The lease on which it lives. */
  public NodeLease lease() {
    return lease;
  }

  /** What it hosts. */
  public ActivationTable activations() {
    return activations;
  }

  /** Who hosts what. */
  public Directory directory() {
    return directory;
  }

  /**
   * Brings a call into its mailbox, or finds its place as {@link Directory#admit} does, after the
   * application was asked if it has a word on that.
   */
  public void admit(int partition, Arrival call, boolean placed) {
    boolean waits =
        advice.isPresent()
            && advice.get().park(call, later -> directory.admit(partition, later, placed));
    if (waits || call.deliver()) {
      return;
    }
    if (advice.isPresent()
        && choosesHost(partition, call)
        && advice.get().ask(call, later -> directory.admit(partition, later, placed))) {
      return;
    }
    directory.admit(partition, call, placed);
  }

  /** As {@link Directory#admitAgain}. */
  void admitAgain(Arrival call) {
    Placement placement = applied.orElse(null);
    if (advice.isPresent() && placement != null) {
      admit(placement.view().partitions().partitionOf(call.address()), call, true);
    } else {
      directory.admitAgain(call);
    }
  }

  private boolean choosesHost(int partition, Arrival call) {
    return call.activates()
        && applied
            .filter(placement -> placement.view().partitions().isOwner(member(), partition))
            .isPresent()
        && directory.elsewhere(call.address()).isEmpty();
  }

  /** The placement that it has applied; empty before the first view that has it as a member. */
  public Optional<Placement> applied() {
    return applied;
  }

  /**
   * Why the directory of this life turns a call away, for its caller.
   *
   * @throws IllegalArgumentException if that depends on the call: {@code ABSENT} and {@code NOBODY}
   */
  public NotExecutedException refusal(Arrival.Refusal refusal, Object call) {
    NodeId node = member().node();
    return switch (refusal) {
      case EXPIRED -> Refusals.expired(call, node);
      case ENDED ->
          lease.isHeld() ? Refusals.shuttingDown(call, node) : Refusals.leaseLost(call, node);
      case FULL -> Refusals.tooManyWait(call, node);
      case ABSENT, NOBODY ->
          throw new IllegalArgumentException(refusal + " says nothing of a node");
    };
  }

  /** Whether it has ended. */
  public boolean isOver() {
    return over.get();
  }

  /** Applies the next view. When it returns, nothing is granted here any more that others own. */
  void apply(Placement placement) {
    ClusterView view = placement.view();
    if (!view.contains(member())) {
      // The view is from before the join, or from after the end, which the lease has told by then.
      return;
    }
    directory.apply(view);
    loads.view(view);
    Optional<Placement> before = applied;
    applied = Optional.of(placement);
    before.ifPresent(earlier -> follow(earlier, placement));
    LOG.info(
        "event=view-applied member={} view={} members={} partitions={}",
        member(),
        view.version(),
        view.members().size(),
        directory.owned());
  }

  /**
   * Where the application has its word on places, actors stay: it would be asked again, and say the
   * same. So do those of other strategies than the hash, which place what comes by what they see.
   */
  private void follow(Placement before, Placement now) {
    if (advice.isEmpty() && !takers(before).equals(takers(now))) {
      rebalancing.begin(
          (address, grant) -> isElsewhere(now, address.type(), grant.partition()),
          directory.lastActivation());
      ticker.wake();
    }
  }

  private static Set<MemberId> takers(Placement placement) {
    return placement.view().members().stream()
        .filter(member -> member.status() == NodeStatus.ACTIVE)
        .map(Member::id)
        .collect(Collectors.toSet());
  }

  private boolean isElsewhere(Placement placement, String type, int partition) {
    return placement.rule(type).isByHash()
        && placement
            .host(type, partition)
            .filter(host -> !host.equals(member()))
            .flatMap(host -> placement.view().member(host.node()))
            .filter(host -> host.status() == NodeStatus.ACTIVE)
            .isPresent();
  }

  /** Whether actors may have to follow yet to nodes that have joined. */
  public boolean isRebalancing() {
    return rebalancing.isUnderWay();
  }

  /** Whether the node stops, and takes no more actors. */
  public boolean isStopping() {
    return stopping;
  }

  /** Deactivates everything, because the node stops. */
  public void endAll() {
    stopping = true;
    activations.endAll();
  }

  /** Drops everything without a goodbye; callers are told what they may assume. Idempotent. */
  public void abandon() {
    if (over.compareAndSet(false, true)) {
      ticker.stop();
      directory.end();
      activations.abandon();
    }
  }

  /** The activations as the directory sees them. */
  private final class Host implements ActivationHost {
    @Override
    public boolean mayActivate() {
      return !stopping && !over.get() && lease.isHeld();
    }

    @Override
    public @Nullable Grant grantOf(AddressableReference address) {
      return activations.grantOf(address);
    }

    @Override
    public boolean activate(
        AddressableReference address,
        Grant grant,
        List<Arrival> calls,
        Optional<Content.Carried> carried) {
      List<Admission> mine =
          calls.stream().filter(Admission.class::isInstance).map(Admission.class::cast).toList();
      boolean made =
          !mine.isEmpty()
              && activations.activate(
                  grant,
                  mine.getFirst().registration(),
                  mine.stream().map(Admission::call).toList(),
                  carried);
      // What only follows calls has come to where they are now, or would be.
      for (Arrival call : calls) {
        if (!(call instanceof Admission) && !call.deliver()) {
          call.turnAway(Arrival.Refusal.ABSENT);
        }
      }
      return made;
    }

    @Override
    public void forEach(BiConsumer<AddressableReference, Grant> visitor) {
      activations.forEach(visitor);
    }
  }
}
