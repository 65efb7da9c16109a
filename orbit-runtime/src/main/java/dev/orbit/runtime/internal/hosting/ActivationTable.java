package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.DeactivationReason;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.runtime.internal.placement.Tenure;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The activations of one life of this node, by address.
 *
 * <p>Thread-safe.
 */
public final class ActivationTable {
  private static final Duration SHORTEST_SWEEP = Duration.ofMillis(10);
  private static final Duration LONGEST_SWEEP = Duration.ofSeconds(30);
  private static final Duration MEMORY_LOOK = Duration.ofSeconds(1);

  /** When memory is short, so many of the idle activations leave at a time. */
  private static final int MEMORY_SHED_ONE_IN = 10;

  private static final int SHED_ONE_IN = 100;

  private static final Logger LOG = LoggerFactory.getLogger(ActivationTable.class);

  private final HostingContext context;
  private final ConcurrentHashMap<AddressableReference, Activation> activations =
      new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  // Those whose tenure is over, until they have ended: what a barrier waits for.
  private final Set<Activation> moving = ConcurrentHashMap.newKeySet();
  private final Retention retention = new Retention();
  private final AtomicBoolean shedding = new AtomicBoolean();
  private final AtomicLong callIds;
  private final WaitProbes probes;
  private final Cancellable sweep;
  private final Cancellable memoryLook;
  private volatile boolean stopping;
  private volatile boolean abandoned;

  public ActivationTable(HostingContext context) {
    this.context = context;
    this.callIds = new AtomicLong(context.environment().random().nextLong());
    this.probes = new WaitProbes(this, context.environment()::nanoTime, context.probeRoute());
    Environment environment = context.environment();
    this.sweep =
        environment.scheduleRepeatedly(
            sweepPeriod(context.limits().shortestIdle()),
            () -> environment.virtualThreads().execute(this::deactivateIdle));
    this.memoryLook = environment.scheduleRepeatedly(MEMORY_LOOK, this::lookAtMemory);
  }

  private static Duration sweepPeriod(Duration idleAfter) {
    Duration period = idleAfter.dividedBy(4);
    if (period.compareTo(SHORTEST_SWEEP) < 0) {
      return SHORTEST_SWEEP;
    }
    return period.compareTo(LONGEST_SWEEP) > 0 ? LONGEST_SWEEP : period;
  }

  /**
   * Puts a call into its actor's mailbox, activating the actor if need be; or refuses it. Calls
   * that one thread delivers to one actor run in that order.
   */
  public void deliver(Tenure tenure, ActorRegistration registration, Call call) {
    for (; ; ) {
      if (abandoned) {
        call.refuse(Refusals.leaseLost(call, context.node()));
        return;
      }
      Activation activation = activations.get(call.target());
      if (activation == null && call.method().traits().onlyIfActive()) {
        call.answerAbsent();
        return;
      }
      if (activation == null) {
        activation = create(tenure, registration, call);
        if (activation == null) {
          call.refuse(Refusals.nodeFull(call, context.node(), context.limits().maxActivations()));
          return;
        }
      }
      if (!activation.tenure().isOpen()) {
        call.refuse(Refusals.notOwner(call, context.node()));
        return;
      }
      if (activation.wouldWaitForItself(call)) {
        call.refuse(Refusals.deadlock(call));
        return;
      }
      call.deliveredTo(this, context.environment().nanoTime());
      switch (activation.offer(call)) {
        case ACCEPTED -> {
          return;
        }
        case FULL -> {
          call.refuse(activation.full(call));
          return;
        }
        // It has ended and nothing of it runs any more: make room for the next.
        case CLOSED -> forget(activation);
      }
    }
  }

  private @Nullable Activation create(Tenure tenure, ActorRegistration registration, Call call) {
    if (size.incrementAndGet() > context.limits().maxActivations()) {
      size.decrementAndGet();
      return null;
    }
    Activation created = new Activation(context, registration, call.target(), tenure, this);
    Activation present = activations.putIfAbsent(call.target(), created);
    if (present != null) {
      size.decrementAndGet();
      return present;
    }
    if (abandoned) {
      created.abandon();
    }
    shedExcess();
    return created;
  }

  /** The activation of that actor; empty when it is not in memory here. */
  Optional<Activation> find(AddressableReference address) {
    return Optional.ofNullable(activations.get(address));
  }

  /** An id for a call that a turn here makes; never 0, and by its random start unlike others'. */
  long nextCallId() {
    long id = callIds.getAndIncrement();
    return id == 0 ? callIds.getAndIncrement() : id;
  }

  /** Follows who waits for whom, through this node. */
  public WaitProbes probes() {
    return probes;
  }

  /** Takes an activation out that has ended. */
  void forget(Activation activation) {
    if (activations.remove(activation.address(), activation)) {
      size.decrementAndGet();
    }
    moving.remove(activation);
  }

  /** Ends the activations whose tenure is over; to be called after tenures were revoked. */
  public void endMoved() {
    for (Activation activation : activations.values()) {
      if (!activation.tenure().isOpen()) {
        moving.add(activation);
        if (activations.get(activation.address()) != activation) {
          moving.remove(activation);
        }
        activation.schedule();
      }
    }
  }

  /** The partitions with activations whose tenure is over and which have not come to their end. */
  public BitSet busyPartitions() {
    BitSet busy = new BitSet();
    for (Activation activation : moving) {
      busy.set(activation.tenure().partition());
    }
    return busy;
  }

  /** Whether nothing is in memory. */
  public boolean isEmpty() {
    return activations.isEmpty();
  }

  /** From now on activations that end do so because the node stops. */
  public void stopping() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** The lease is lost: drops everything without a goodbye. */
  public void abandon() {
    abandoned = true;
    sweep.cancel();
    memoryLook.cancel();
    activations.values().forEach(Activation::abandon);
    activations.clear();
    moving.clear();
    size.set(0);
  }

  private void deactivateIdle() {
    retention.note(activations.values());
    long now = context.environment().nanoTime();
    long usual = context.limits().idleAfter().toNanos();
    for (Activation activation : activations.values()) {
      long idle = activation.registration().idleAfter().map(Duration::toNanos).orElse(usual);
      if (activation.isIdleSince(now - idle)) {
        activation.deactivate(DeactivationReason.IDLE);
      }
    }
    shedExcess();
  }

  private void shedExcess() {
    int target = context.limits().targetActivations();
    int excess = size.get() - target;
    if (excess > 0) {
      // A few more than must be, so that not every activation that comes looks at all others.
      shed(excess + target / SHED_ONE_IN, DeactivationReason.CAPACITY);
    }
  }

  private void lookAtMemory() {
    if (context.limits().memory().isShort()) {
      shed(
          Math.max(1, activations.size() / MEMORY_SHED_ONE_IN), DeactivationReason.MEMORY_PRESSURE);
    }
  }

  /** One at a time; who comes while another sheds is served by the next sweep. */
  private void shed(int most, DeactivationReason reason) {
    if (!shedding.compareAndSet(false, true)) {
      return;
    }
    context
        .environment()
        .virtualThreads()
        .execute(
            () -> {
              try {
                int told = retention.shed(activations.values(), most, reason);
                LOG.info(
                    "event=activations-shed node={} reason={} activations={} told={}",
                    context.node(),
                    reason,
                    activations.size(),
                    told);
              } finally {
                shedding.set(false);
              }
            });
  }

  /** The actors of a type that are in memory. */
  public List<AddressableReference> active(String type) {
    return activations.keySet().stream().filter(address -> address.type().equals(type)).toList();
  }

  /** How many activations there are. */
  public int size() {
    return activations.size();
  }

  /** How many activations there are of each type. */
  public Map<String, Integer> sizeByType() {
    Map<String, Integer> counts = new HashMap<>();
    for (Activation activation : activations.values()) {
      counts.merge(activation.address().type(), 1, Integer::sum);
    }
    return counts;
  }
}
