package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.DeactivationReason;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.runtime.internal.placement.Tenure;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.RuntimeMethods;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One actor in memory: a mailbox, and at most one instance at a time.
 *
 * <pre>
 *   ACTIVATING   --made-->                 ACTIVE        states claimed, constructor and onActivate have run
 *   ACTIVATING   --failed-->               ENDED         those who wait are told ACTIVATION_FAILED
 *   ACTIVE       --idle, requested, moved, conflict, shutdown--> DEACTIVATING   onDeactivate runs
 *   DEACTIVATING --calls have come-->      ACTIVATING    unless the tenure is over
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

  private static final Logger LOG = LoggerFactory.getLogger(Activation.class);

  private enum Phase {
    ACTIVATING,
    ACTIVE,
    ENDED
  }

  private final HostingContext context;
  private final ActorRegistration registration;
  private final AddressableReference address;
  private final Tenure tenure;
  private final ActivationTable table;
  private final Mailbox<Call> mailbox;
  private final AtomicReference<@Nullable DeactivationReason> requested = new AtomicReference<>();

  private Phase phase = Phase.ACTIVATING;
  private @Nullable Instance instance;
  private volatile @Nullable Call running;
  private volatile @Nullable Thread runner;
  private volatile boolean abandoned;
  private volatile long lastUsedNanos;
  // Written by the run alone; a reader that comes too early misses a use, and no more.
  private int uses;

  Activation(
      HostingContext context,
      ActorRegistration registration,
      AddressableReference address,
      Tenure tenure,
      ActivationTable table) {
    this.context = context;
    this.registration = registration;
    this.address = address;
    this.tenure = tenure;
    this.table = table;
    this.mailbox = new Mailbox<>(context.limits().mailboxCapacity());
    this.lastUsedNanos = context.environment().nanoTime();
  }

  AddressableReference address() {
    return address;
  }

  Tenure tenure() {
    return tenure;
  }

  ActorRegistration registration() {
    return registration;
  }

  Mailbox.Offer offer(Call call) {
    Mailbox.Offer offer = mailbox.offer(call);
    if (offer == Mailbox.Offer.ACCEPTED) {
      schedule();
    }
    return offer;
  }

  /** Ends the instance: at once where it must not go on, else when no call waits. */
  void deactivate(DeactivationReason reason) {
    if (requested.compareAndSet(null, reason)) {
      schedule();
    }
  }

  /** Looks at its tenure again. */
  void schedule() {
    if (mailbox.schedule()) {
      context.environment().virtualThreads().execute(this::run);
    }
  }

  boolean isIdleSince(long nanos) {
    return lastUsedNanos - nanos < 0 && isIdle();
  }

  boolean isIdle() {
    return mailbox.isEmpty() && running == null;
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

  /** Whether it may still change anything that others see. */
  boolean mayAct() {
    return !abandoned && context.lease().isHeld();
  }

  /** The lease is lost: nothing more runs here, and callers are told at once. */
  void abandon() {
    abandoned = true;
    String node = context.node().key();
    for (Call call : mailbox.close()) {
      call.abandon(node);
    }
    Call present = running;
    if (present != null) {
      present.abandon(node);
    }
    Thread thread = runner;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void run() {
    runner = Thread.currentThread();
    int steps = 0;
    while (steps < TURNS_PER_RUN && guardedStep()) {
      steps++;
    }
    runner = null;
    if (steps == TURNS_PER_RUN || mailbox.release()) {
      context.environment().virtualThreads().execute(this::run);
    } else if (isDue()) {
      // It became so between the last look at it and the release.
      schedule();
    }
  }

  /** Also read without the right to run; a stale phase costs an empty run. */
  private boolean isDue() {
    return phase != Phase.ENDED && (requested.get() != null || !tenure.isOpen());
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
      phase = Phase.ENDED;
      table.forget(this);
      return false;
    }
    if (!tenure.isOpen()) {
      deactivateInstance(
          table.isStopping() ? DeactivationReason.SHUTDOWN : DeactivationReason.MOVED);
      end();
      return false;
    }
    return switch (phase) {
      case ACTIVATING -> activate();
      case ACTIVE -> deactivateIfDue() || turn();
      case ENDED -> false;
    };
  }

  private boolean activate() {
    requested.set(null);
    if (endIfNobodyWaits()) {
      return false;
    }
    try {
      instance = Instance.make(context, registration, this);
      phase = Phase.ACTIVE;
      LOG.debug("event=activated actor={} fence={}", address, tenure.sinceView());
      return true;
    } catch (Throwable e) {
      fail(e);
      return false;
    }
  }

  private void fail(Throwable failure) {
    LOG.warn("event=activation-failed actor={} reason={}", address, failure.toString());
    phase = Phase.ENDED;
    var waiting = mailbox.close();
    table.forget(this);
    for (Call call : waiting) {
      call.refuse(
          new NotExecutedException(
              ErrorCode.ACTIVATION_FAILED,
              "%s did not run: the actor could not be activated on node %s: %s"
                  .formatted(call, context.node().key(), failure),
              failure));
    }
  }

  private boolean deactivateIfDue() {
    DeactivationReason reason = requested.get();
    if (reason == null) {
      return false;
    }
    boolean onlyIfIdle =
        reason == DeactivationReason.IDLE
            || reason == DeactivationReason.CAPACITY
            || reason == DeactivationReason.MEMORY_PRESSURE;
    boolean canWait = onlyIfIdle || reason == DeactivationReason.REQUESTED;
    if (canWait && !mailbox.isEmpty()) {
      if (onlyIfIdle) {
        requested.set(null);
      }
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
      LOG.debug("event=deactivated actor={} reason={}", address, reason);
    }
  }

  private boolean endIfNobodyWaits() {
    if (!mailbox.closeIfEmpty()) {
      return false;
    }
    phase = Phase.ENDED;
    table.forget(this);
    return true;
  }

  private void end() {
    phase = Phase.ENDED;
    var waiting = mailbox.close();
    table.forget(this);
    waiting.forEach(call -> call.refuse(notHere(call)));
  }

  private OrbitException notHere(Call call) {
    return table.isStopping()
        ? new NotExecutedException(
            ErrorCode.SHUTTING_DOWN,
            "%s did not run: node %s is stopping".formatted(call, context.node().key()))
        : Refusals.notOwner(call, context.node());
  }

  private boolean turn() {
    Call call = mailbox.poll();
    Instance present = instance;
    if (call == null || present == null) {
      return false;
    }
    if (call.begin()) {
      running = call;
      try {
        Turn.run(context, present, call);
      } finally {
        running = null;
        if (!RuntimeMethods.isTimer(call.method())) {
          uses++;
          lastUsedNanos = context.environment().nanoTime();
        }
        if (!abandoned) {
          // An interrupt that users' code raised is not for the next turn.
          Thread.interrupted();
        }
      }
    }
    return true;
  }
}
