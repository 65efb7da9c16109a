package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.call.RefusedElsewhere;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.client.internal.call.Retrying;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.hosting.Watched;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.placement.Placement;
import dev.orbit.runtime.internal.registration.RuntimeMethods;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the host of a call and gets its answer. Thread-safe; never blocks.
 *
 * <p>Each attempt looks at the latest placement anew, so that a call finds an actor that has moved
 * in the meantime.
 */
final class Router implements Onward {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  /** With more calls under way, one-way calls are lost rather than tried again. */
  private static final int MOST_UNDER_WAY = 100_000;

  private final Environment environment;
  private final NodeId self;
  private final Lives lives;
  private final Detours detours;
  private final LocalHost local;
  private final WorkerRoute workers;
  private final Locations locations = new Locations();
  private final CallOrder order;
  private final Retrying retrying;
  private final UnderWay underWay = new UnderWay();
  private final Attempts.Sending sending = this::go;
  private final LostCalls lost;
  private final ProbeRoute probes;
  private final Sent sent = new Sent();
  private final WaitingRoom room;
  private volatile @Nullable Departure departure;

  /**
   * Where calls go to on this node.
   *
   * @param local runs those of its actors
   * @param workers chooses where several nodes would do
   * @param room keeps those whose actors have no room
   */
  record Stations(LocalHost local, WorkerRoute workers, WaitingRoom room) {}

  Router(Environment environment, NodeId self, Lives lives, Detours detours, Stations stations) {
    this.environment = environment;
    this.self = self;
    this.lives = lives;
    this.detours = detours;
    this.local = stations.local();
    this.workers = stations.workers();
    this.room = stations.room();
    this.order = new CallOrder(environment);
    this.retrying = new Retrying(environment, RetryPolicy.DEFAULT, workers.repetitions());
    this.lost = new LostCalls(environment);
    this.probes = new ProbeRoute(self, lives, detours, this::whereabouts);
  }

  /**
   * Gets the answer of a call, repeating attempts that surely did not run for a reason that {@code
   * again} accepts. A one-way call is done for its caller when it stands in a queue here.
   *
   * @return completes by the deadline with the answer, or fails with an {@link
   *     dev.orbit.api.error.OrbitException}
   */
  CompletableFuture<Reply> route(RoutedCall call, Predicate<NotExecutedException> again) {
    Predicate<NotExecutedException> repeats = call.oneWay() ? again.and(this::isLight) : again;
    return followed(call, retrying.call(call.context().deadlineNanos(), attempts(call, repeats)));
  }

  /**
   * Gets the answer of a call whose first attempt was made as one of a group and refused.
   *
   * @param refused why; {@link RefusedElsewhere} where another node has said so
   */
  CompletableFuture<Reply> routeAgain(
      RoutedCall call, Throwable refused, Predicate<NotExecutedException> again) {
    return followed(
        call, retrying.callAgain(call.context().deadlineNanos(), refused, attempts(call, again)));
  }

  /** Those of a call that is under way from now on; it is until they have ended. */
  private Attempts attempts(RoutedCall call, Predicate<NotExecutedException> again) {
    underWay.begin();
    return new Attempts(call, again, room, underWay, sending);
  }

  /** Its answer as its caller gets it, after a node that leaves has a look at it. */
  private CompletableFuture<Reply> followed(RoutedCall call, CompletableFuture<Reply> reply) {
    Departure leaving = departure;
    if (leaving != null && !call.beginsHere()) {
      long arrived = environment.nanoTime();
      var _ =
          reply.whenComplete(
              (answer, _) -> leaving.answered(answer, environment.nanoTime() - arrived));
    }
    return call.oneWay()
        ? lost.accepted(call, reply, Replies.ACCEPTED, answer -> answer.notExecuted().orElse(null))
        : reply;
  }

  /**
   * Nobody slows down who makes one-way calls: what is tried again of them must not pile up where
   * there is no room, nor beyond a bound.
   */
  private boolean isLight(NotExecutedException refused) {
    return refused.code() != ErrorCode.OVERLOADED && underWay.now() < MOST_UNDER_WAY;
  }

  /**
   * Makes no further attempts: calls that wait for another end as their last one did. After it
   * timers may stop, and no call waits for one.
   */
  void stop() {
    retrying.close();
    room.close();
    order.close();
  }

  /** Looks after what a caller of this node waits for. */
  void watch(Watched call) {
    local.watch(call);
  }

  /** Where calls wait for room at their actors. */
  WaitingRoom room() {
    return room;
  }

  /** What repeats calls, and counts that. */
  Retrying retrying() {
    return retrying;
  }

  /** Counts what goes where. */
  Sent sent() {
    return sent;
  }

  /** What became of one-way calls that nobody waits for. */
  LostCalls lost() {
    return lost;
  }

  /** From now on what becomes of the calls of others that come here is counted. */
  Departure depart() {
    Departure begun = new Departure();
    departure = begun;
    return begun;
  }

  /** What this node knows of the actor now. */
  Outlook outlook(AddressableReference target) {
    return new Outlook(lives, target);
  }

  /**
   * Whether a call from here may begin as one that stays here: the actor is active here, this node
   * owns its partition, or it is a worker that this node has; and no call that was made before
   * waits or is on another way. The directory may still send it on.
   */
  boolean isHere(Outlook outlook) {
    Life life = outlook.life();
    AddressableReference target = outlook.target();
    return life != null
        && mayBegin(life, outlook)
        && !order.isHolding(target)
        && !room.isWaitedFor(target)
        && leftWay(outlook) == null;
  }

  /**
   * Begins a call of an actor that {@link #isHere}.
   *
   * @return whether it is under way, here or by then on its way to another node; false if it has to
   *     be made as one that goes the long way
   */
  boolean begin(Outlook outlook, Invocation invocation, LocalCall answer) {
    Life life = Objects.requireNonNull(outlook.life());
    answer.countsIn(underWay);
    boolean begun = false;
    try {
      begun = local.run(life, outlook.partition(), invocation, answer);
    } finally {
      if (begun) {
        sent.here();
      } else {
        answer.countsNoMore();
      }
    }
    return begun;
  }

  private boolean mayBegin(Life life, Outlook outlook) {
    String type = outlook.target().type();
    if (outlook.isStateless()) {
      return local.hasWorkers(type)
          && !life.isStopping()
          && outlook.placement().fits(type, life.member());
    }
    return outlook.isOwner() || outlook.grant() != null;
  }

  /**
   * The host of an actor as far as this node knows: itself, the one that the directory has if this
   * node owns the partition, or the one that it was told of; else the owner, which knows more.
   */
  Optional<MemberId> whereabouts(AddressableReference target) {
    ClusterView view = lives.placement().view();
    Life life = lives.present().orElse(null);
    if (life != null) {
      if (life.activations().grantOf(target) != null || local.hasWorkers(target.type())) {
        return Optional.of(life.member());
      }
      Optional<MemberId> registered = life.directory().elsewhere(target);
      if (registered.isPresent()) {
        return registered;
      }
    }
    return locations.guess(target, view.partitions().partitionOf(target), view);
  }

  /**
   * How many calls wait for their answer here: those of this node's references, and those of others
   * that came here.
   */
  int underWay() {
    return underWay.now();
  }

  /** The way of probes of who waits for whom. */
  ProbeRoute probes() {
    return probes;
  }

  private CompletableFuture<Reply> go(RoutedCall call, int attempts) {
    long ahead = call.passedOn().viewVersion();
    return ahead <= lives.placement().view().version()
        ? send(call, attempts)
        : catchUp(call, attempts, ahead);
  }

  /** The sender knows a later view: by ours the call would go back to where it came from. */
  private CompletableFuture<Reply> catchUp(RoutedCall call, int attempts, long version) {
    Duration left =
        Duration.ofNanos(Math.max(1, call.context().remainingNanos(environment.nanoTime())));
    return lives
        .awaitView(version, left)
        .thenCompose(
            reached ->
                reached
                    ? send(call, attempts)
                    : CompletableFuture.failedFuture(
                        new NotExecutedException(
                            ErrorCode.NOT_OWNER,
                            "%s did not run: node %s has not heard of view %d yet"
                                .formatted(call, self.key(), version))));
  }

  private CompletableFuture<Reply> send(RoutedCall call, int attempts) {
    Outlook outlook = new Outlook(lives, call.target());
    if (call.choosesWay()) {
      MemberId left = leftWay(outlook);
      if (left != null || order.isHolding(call.target())) {
        return order.hold(
            call,
            () -> sendNow(call, attempts, new Outlook(lives, call.target())),
            () -> milestone(call, left, outlook.view()),
            () -> settle(call.target()));
      }
    }
    return sendNow(call, attempts, outlook);
  }

  /** The way that calls of this node may still be on, which is not the one to take now. */
  private @Nullable MemberId leftWay(Outlook outlook) {
    if (outlook.isOwner()) {
      return null;
    }
    AddressableReference target = outlook.target();
    Grant grant = outlook.grant();
    if (grant == null) {
      return locations.left(target, outlook.view());
    }
    return grant.isReached() || local.hasWorkers(target.type())
        ? null
        : locations.guess(target, outlook.partition(), outlook.view()).orElse(null);
  }

  private void settle(AddressableReference target) {
    locations.settle(target);
    lives.present().map(life -> life.activations().grantOf(target)).ifPresent(Grant::reached);
  }

  /** Follows the calls that were sent by a way, and is answered where they arrive. */
  private CompletableFuture<Reply> milestone(
      RoutedCall call, @Nullable MemberId left, ClusterView view) {
    if (left == null || left.node().equals(self)) {
      return CompletableFuture.completedFuture(Replies.ACCEPTED);
    }
    RoutedCall milestone =
        new RoutedCall(
            call.target(),
            RuntimeMethods.ARRIVED,
            "",
            null,
            false,
            CallContext.root(environment.nanoTime(), CallOrder.PATIENCE),
            RoutedCall.PassedOn.BEGINS_HERE);
    return dispatch(milestone, left, new Dispatch(view.version(), 0, false));
  }

  private CompletableFuture<Reply> sendNow(RoutedCall call, int attempts, Outlook outlook) {
    ClusterView view = outlook.view();
    int partition = outlook.partition();
    Life life = outlook.life();
    if (life != null && (call.passedOn().placed() || mayBegin(life, outlook))) {
      return local.run(life, partition, call, this);
    }
    if (outlook.isStateless()) {
      return toWorker(call, outlook.placement(), attempts);
    }
    // What a node has guessed goes to the owner from here: two guesses could send it in a circle.
    boolean guessed = call.passedOn().sender().isPresent();
    Optional<MemberId> next =
        guessed
            ? view.partitions().owner(partition)
            : locations.guess(call.target(), partition, view);
    if (next.isEmpty()) {
      return CompletableFuture.failedFuture(Nobody.hosts(call, outlook.placement()));
    }
    MemberId to = next.get();
    if (to.node().equals(self) && !view.partitions().isOwner(to, partition)) {
      // It was here and is not any more.
      locations.forget(call.target());
      to = view.partitions().owner(partition).orElse(to);
    }
    if (!to.node().equals(self)) {
      if (guessed) {
        hint(call, to, false, view.version());
      }
      return dispatch(call, to, new Dispatch(view.version(), attempts, false));
    }
    return life == null || !life.member().equals(to)
        ? CompletableFuture.failedFuture(
            new NotExecutedException(
                ErrorCode.LEASE_LOST,
                "%s did not run: node %s has lost its lease and is joining again"
                    .formatted(call, self.key())))
        : local.run(life, partition, call, this);
  }

  /** This node cannot run it: any that has such workers does as well. */
  private CompletableFuture<Reply> toWorker(RoutedCall call, Placement placement, int attempts) {
    Map<NodeId, MemberId> others = new LinkedHashMap<>();
    for (Member member : placement.takers(call.target().type())) {
      if (!member.id().node().equals(self)) {
        others.put(member.id().node(), member.id());
      }
    }
    if (others.isEmpty()) {
      return CompletableFuture.failedFuture(Nobody.hosts(call, placement));
    }
    Dispatch how = new Dispatch(placement.view().version(), attempts, true);
    return workers.send(
        List.copyOf(others.keySet()),
        call.readOnly(),
        node -> dispatch(call, Objects.requireNonNull(others.get(node)), how));
  }

  /** Who chooses among nodes that have the same workers. */
  WorkerRoute workers() {
    return workers;
  }

  /** How a call is sent: by which view, after how many attempts, and whether the owner says so. */
  private record Dispatch(long viewVersion, int attempts, boolean placed) {}

  @Override
  public CompletableFuture<Reply> passOn(RoutedCall call, MemberId to, boolean placed) {
    long version = lives.newest().version();
    hint(call, to, placed, version);
    return dispatch(call, to, new Dispatch(version, 1, placed));
  }

  /** Tells whoever sent the call here where the next one should go. */
  private void hint(RoutedCall call, MemberId to, boolean placed, long version) {
    if (call.beginsHere()) {
      if (placed) {
        locations.learn(call.target(), to, lives.newest());
      }
      return;
    }
    NodeId sender = call.passedOn().sender().orElse(null);
    if (sender == null || sender.equals(to.node()) || lives.newest().member(sender).isEmpty()) {
      return;
    }
    Content hint =
        new Content.LocationHint(
            call.target(), placed ? Optional.of(to) : Optional.empty(), version);
    try {
      detours.send(sender, Message.of(0, hint));
    } catch (OrbitException e) {
      LOG.debug("event=hint-lost node={} reason={}", sender, e.getMessage());
    }
  }

  /** Another member says where calls should go. */
  void hinted(Content.LocationHint hint) {
    locations.learn(hint.reference(), hint.host().orElse(null), lives.newest());
  }

  private CompletableFuture<Reply> dispatch(RoutedCall call, MemberId host, Dispatch how) {
    Departure leaving = departure;
    if (leaving != null && !call.beginsHere()) {
      leaving.forwarded();
    }
    sent.elsewhere(!call.beginsHere());
    Message message = message(call, host, how);
    if (LOG.isDebugEnabled()) {
      LOG.debug("event=call-sent call={} host={} view={}", call, host, how.viewVersion());
    }
    if (call.oneWay()) {
      try {
        detours.send(host.node(), message);
      } catch (OrbitException e) {
        return CompletableFuture.failedFuture(e);
      }
      return CompletableFuture.completedFuture(Replies.ACCEPTED);
    }
    return detours.request(host.node(), message, Reply::of);
  }

  @Override
  public NotExecutedException nobodyHosts(RoutedCall call) {
    return Nobody.hosts(call, lives.placement());
  }

  private Message message(RoutedCall call, MemberId host, Dispatch how) {
    Headers headers =
        call.context()
            .headers(environment.nanoTime())
            .withTarget(how.viewVersion(), host.incarnation())
            .withPlaced(how.placed(), call.credit());
    return new Message(
        0,
        null,
        new Target.Unicast(host.node()),
        call.content(how.placed()),
        call.passedOn().attempts() + how.attempts(),
        headers,
        call.payload());
  }
}
