package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.DeactivationReason;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.directory.Parting;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.RuntimeMethods;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One actor in memory: a mailbox, and at most one instance at a time.
 *
 * <pre>
 *   ACTIVATING   --made-->                 ACTIVE        states claimed, constructor and onActivate have run
 *   ACTIVATING   --failed-->               ENDED         those who wait are told ACTIVATION_FAILED
 *   ACTIVE       --idle, requested, conflict, shutdown--> DEACTIVATING   onDeactivate runs
 *   DEACTIVATING --calls have come-->      ACTIVATING    unless the node stops
 *   DEACTIVATING --nobody waits-->         ENDED         the table forgets it
 *   any          --lease lost-->           ENDED         abandoned; onDeactivate does not run
 * </pre>
 *
 * <p>The phase and the instance belong to the run: the code that the mailbox's flag lets one thread
 * at a time execute. All else is thread-safe.
 */
final class Activation {
  /** Turns in one go, before other activations of the scheduler get a chance. */
  static final int TURNS_PER_RUN = 64;

  /** What calls made while an actor is activated or deactivated may take. */
  private static final Duration LIFE_TIMEOUT = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Activation.class);

  private enum Phase {
    ACTIVATING,
    ACTIVE,
    ENDED
  }

  private static final AtomicReferenceFieldUpdater<Activation, @Nullable DeactivationReason>
      REQUESTED =
          AtomicReferenceFieldUpdater.<Activation, @Nullable DeactivationReason>newUpdater(
              Activation.class, DeactivationReason.class, "requested");

  private final ActorRegistration registration;
  private final AddressableReference address;
  private final Grant grant;
  private final ActivationTable table;
  private final TurnOrder order;
  private volatile @Nullable DeactivationReason requested;

  private volatile Phase phase = Phase.ACTIVATING;
  private @Nullable Instance instance;
  private volatile @Nullable Turn living;
  private volatile boolean abandoned;
  // First what the activation before has left to this one, in the end what this one leaves.
  private volatile Content.@Nullable Carried carried;
  private volatile long lastUsedNanos;

  /** See {@link Pace}. Of two turns that end at once one counts. */
  private volatile long paceNanos;

  // Written by the run alone; a reader that comes too early misses a use, and no more.
  private int uses;
  private volatile Optional<Long> keptUntil = Optional.empty();

  Activation(
      HostingContext context,
      ActorRegistration registration,
      AddressableReference address,
      Grant grant,
      ActivationTable table,
      Content.@Nullable Carried carried) {
    this.carried = carried;
    this.registration = registration;
    this.address = address;
    this.grant = grant;
    this.table = table;
    Mailbox<Call> mailbox =
        new Mailbox<>(registration.mailboxCapacity().orElse(context.limits().mailboxCapacity()));
    this.order =
        registration.interleaves()
            ? new SharedTurns(this, registration.reentrancy(), mailbox)
            : new ExclusiveTurns(this, mailbox);
    this.lastUsedNanos = context.environment().nanoTime();
  }

  HostingContext context() {
    return table.context();
  }

  ActivationTable table() {
    return table;
  }

  TurnOrder order() {
    return order;
  }

  AddressableReference address() {
    return address;
  }

  Grant grant() {
    return grant;
  }

  ActorRegistration registration() {
    return registration;
  }

  /** Whether it was told to leave this node. */
  boolean isToMove() {
    return requested == DeactivationReason.MOVED;
  }

  /** How it has left, once it is closed. */
  Parting parting() {
    boolean moves = isToMove();
    Content.Carried left = carried;
    return abandoned || !(moves || left != null)
        ? Parting.ENDED
        : new Parting(moves, Optional.ofNullable(left));
  }

  /** Adds a call before anybody else knows this activation; it is to be scheduled afterwards. */
  Mailbox.Offer enqueue(Call call) {
    return order.mailbox().prime(call);
  }

  /** Adds a call and sees to it that it gets its turn. */
  Mailbox.Offer offer(Call call) {
    if (order.mailbox().hand()) {
      spawn(() -> runWith(call));
      return Mailbox.Offer.ACCEPTED;
    }
    Mailbox.Offer offer = order.mailbox().offer(call);
    if (offer == Mailbox.Offer.ACCEPTED) {
      schedule();
    }
    return offer;
  }

  /** Keeps it from being idle until then. */
  void keepUntil(long nanos) {
    keptUntil = Optional.of(nanos);
  }

  /** The part of the actor's life that runs now; null when none does. */
  @Nullable Turn living() {
    return living;
  }

  /** The open turn that runs the call of that id; null if there is none. */
  @Nullable Turn running(long callId) {
    for (Turn turn : order.open()) {
      if (turn.link().callId() == callId) {
        return turn;
      }
    }
    return null;
  }

  /** Ends the instance: at once where it must not go on, else when no call waits. */
  void deactivate(DeactivationReason reason) {
    if (REQUESTED.compareAndSet(this, null, reason)) {
      schedule();
    }
  }

  /** Looks whether there is something to do. */
  void schedule() {
    if (order.mailbox().schedule()) {
      spawn(this::run);
    }
  }

  /** As {@link #schedule}, when somebody waits or it is to end. */
  void scheduleIfDue() {
    if (!order.mailbox().isEmpty() || isDue()) {
      schedule();
    }
  }

  /** A turn that had a thread of its own has ended. */
  void turnEnded() {
    lastUsedNanos = context().environment().nanoTime();
    scheduleIfDue();
  }

  /** Runs something on a thread of its own. */
  void spawn(Runnable task) {
    context().environment().virtualThreads().execute(task);
  }

  boolean isIdleSince(long nanos) {
    return lastUsedNanos - nanos < 0 && isIdle();
  }

  /** Whether nothing runs or waits, and the actor has not asked to be kept. */
  boolean isIdle() {
    return !isKept() && order.mailbox().isEmpty() && order.open().isEmpty();
  }

  long lastUsedNanos() {
    return lastUsedNanos;
  }

  /** How many turns there were since the last time it was asked, about. */
  int takeUses() {
    int taken = uses;
    uses = 0;
    return taken;
  }

  /** A turn of that call is over. A timer's is no use: it must not keep the actor in memory. */
  void used(Call call, long begunNanos) {
    long now = context().environment().nanoTime();
    paceNanos = Pace.after(paceNanos, now - begunNanos);
    if (!RuntimeMethods.isTimer(call.method())) {
      uses++;
      lastUsedNanos = now;
    }
  }

  /** Refuses a call for which the mailbox has no room. */
  OverloadedException full(Call call) {
    long now = context().environment().nanoTime();
    int capacity = order.mailbox().capacity();
    return Refusals.mailboxFull(
        call, context().node(), capacity, Pace.roomAfter(paceNanos, order.open(), capacity, now));
  }

  private boolean isKept() {
    return keptUntil.filter(until -> until - context().environment().nanoTime() > 0).isPresent();
  }

  boolean isAbandoned() {
    return abandoned;
  }

  /** Whether it may still change anything that others see. */
  boolean mayAct() {
    return !abandoned && context().lease().isHeld();
  }

  /** The lease is lost: nothing more runs here, and callers are told at once. */
  void abandon() {
    abandoned = true;
    abandonWaiting();
    String node = context().node().key();
    for (Turn turn : order.open()) {
      turn.call().abandon(node);
      turn.interrupt();
    }
    Turn present = living;
    if (present != null) {
      present.interrupt();
    }
    schedule();
  }

  private void abandonWaiting() {
    String node = context().node().key();
    for (Call call : order.close()) {
      call.abandon(node);
    }
  }

  /** A run for a call that found the activation idle. */
  private void runWith(Call handed) {
    Instance present = instance;
    if (present != null && phase == Phase.ACTIVE && requested == null && !mustEnd()) {
      try {
        order.handed(handed, present);
      } catch (Throwable e) {
        LOG.error("event=activation-broken actor={}", address, e);
      }
    } else {
      order.mailbox().keep(handed);
    }
    run();
  }

  private void run() {
    int steps = 0;
    while (steps < TURNS_PER_RUN && guardedStep()) {
      steps++;
    }
    if (steps == TURNS_PER_RUN) {
      spawn(this::run);
      return;
    }
    order.mailbox().release();
    // What came between the last look and the release found the flag taken.
    if (canGoOn()) {
      schedule();
    }
  }

  private boolean canGoOn() {
    if (phase == Phase.ENDED) {
      return false;
    }
    if (isDue() && order.open().isEmpty()) {
      return true;
    }
    return !mustEnd() && order.mayGoOn();
  }

  /** Whether no further turn may begin. */
  private boolean mustEnd() {
    DeactivationReason reason = requested;
    return abandoned || table.isEnding() || (reason != null && !canWait(reason));
  }

  private static boolean canWait(DeactivationReason reason) {
    return isOnlyIfIdle(reason)
        || reason == DeactivationReason.REQUESTED
        // Between two turns, whoever waits: a turn that is open may wait for one that is to come.
        || reason == DeactivationReason.MOVED;
  }

  private static boolean isOnlyIfIdle(DeactivationReason reason) {
    return reason == DeactivationReason.IDLE
        || reason == DeactivationReason.CAPACITY
        || reason == DeactivationReason.MEMORY_PRESSURE;
  }

  /** Also read without the right to run; a stale phase costs an empty run. */
  private boolean isDue() {
    return phase != Phase.ENDED && (abandoned || requested != null || table.isEnding());
  }

  /** A defect in one step must not leave the activation scheduled for ever and never run. */
  private boolean guardedStep() {
    try {
      return step();
    } catch (Throwable e) {
      LOG.error("event=activation-broken actor={}", address, e);
      return phase != Phase.ENDED;
    }
  }

  /** Does the next thing; false when there is none for now. */
  private boolean step() {
    if (phase == Phase.ENDED) {
      return false;
    }
    if (abandoned) {
      // Who abandoned it does not see what this run was handed.
      abandonWaiting();
      phase = Phase.ENDED;
      table.forget(this);
      return false;
    }
    if (table.isEnding()) {
      if (!order.open().isEmpty()) {
        return false;
      }
      deactivateInstance(DeactivationReason.SHUTDOWN);
      end();
      return false;
    }
    return switch (phase) {
      case ACTIVATING -> activate();
      case ACTIVE -> activeStep();
      case ENDED -> false;
    };
  }

  private boolean activate() {
    requested = null;
    if (endIfNobodyWaits()) {
      return false;
    }
    try {
      Content.Carried left = carried;
      carried = null;
      instance = Instance.make(context(), registration, this, left);
      phase = Phase.ACTIVE;
      LOG.debug("event=activated actor={} grant={}", address, grant);
      return true;
    } catch (Throwable e) {
      fail(e);
      return false;
    }
  }

  private void fail(Throwable failure) {
    LOG.warn("event=activation-failed actor={} reason={}", address, failure.toString());
    phase = Phase.ENDED;
    var waiting = order.close();
    table.forget(this);
    for (Call call : waiting) {
      call.refuse(
          new NotExecutedException(
              ErrorCode.ACTIVATION_FAILED,
              "%s did not run: the actor could not be activated on node %s: %s"
                  .formatted(call, context().node().key(), failure),
              failure));
    }
  }

  private boolean activeStep() {
    DeactivationReason reason = requested;
    if (reason == null) {
      return turn();
    }
    boolean quiet = order.open().isEmpty();
    if (quiet && reason == DeactivationReason.MOVED) {
      deactivateInstance(reason);
      end();
      return false;
    }
    if (canWait(reason) && !(quiet && order.mailbox().isEmpty())) {
      if (isOnlyIfIdle(reason)) {
        REQUESTED.compareAndSet(this, reason, null);
      }
      return turn();
    }
    if (!quiet) {
      return false;
    }
    deactivateInstance(reason);
    phase = Phase.ACTIVATING;
    return true;
  }

  private void deactivateInstance(DeactivationReason reason) {
    Instance present = instance;
    instance = null;
    if (present != null && mayAct()) {
      present.end(reason);
      if (reason == DeactivationReason.MOVED || reason == DeactivationReason.SHUTDOWN) {
        carried = present.dehydrate();
      }
      LOG.debug("event=deactivated actor={} reason={}", address, reason);
    }
  }

  private boolean endIfNobodyWaits() {
    if (!order.closeIfEmpty()) {
      return false;
    }
    phase = Phase.ENDED;
    table.forget(this);
    return true;
  }

  private void end() {
    phase = Phase.ENDED;
    var waiting = order.close();
    table.forget(this);
    for (Call call : waiting) {
      if (!call.goBack()) {
        call.refuse(Refusals.shuttingDown(call, context().node()));
      }
    }
  }

  private boolean turn() {
    Instance present = instance;
    if (present == null || !order.next(present)) {
      return false;
    }
    return true;
  }

  /** Runs a part of the actor's life, whose calls may take as long as {@link #LIFE_TIMEOUT}. */
  <T> T live(String name, Callable<T> part) throws Exception {
    Turn turn =
        new Turn(this, name, CallContext.root(context().environment().nanoTime(), LIFE_TIMEOUT));
    living = turn;
    try {
      return turn.live(part);
    } finally {
      living = null;
    }
  }
}
