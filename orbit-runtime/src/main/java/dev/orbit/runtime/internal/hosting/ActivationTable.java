package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.DeactivationReason;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.directory.Parting;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
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
  private final Crews crews = new Crews();
  private final TurnPlaces places = new TurnPlaces();
  private final AtomicInteger size = new AtomicInteger();
  private final Ended ended;
  private final Retention retention = new Retention();
  private final AtomicBoolean shedding = new AtomicBoolean();
  private final AtomicLong callIds;
  private final WaitProbes probes;
  private final Crowds crowds;
  private final Cancellable sweep;
  private final Cancellable memoryLook;
  private volatile boolean ending;
  private volatile boolean abandoned;

  /** Hears of activations that are over. */
  @FunctionalInterface
  public interface Ended {
    /** It is not in the table any more, and nothing of it runs. */
    void over(AddressableReference address, Grant grant, Parting parting);
  }

  public ActivationTable(HostingContext context, Ended ended) {
    this.context = context;
    this.ended = ended;
    this.callIds = new AtomicLong(context.environment().random().nextLong());
    this.probes = new WaitProbes(this, context.environment()::nanoTime, context.notices()::probe);
    this.crowds = new Crowds(this, context);
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
   * Puts a call into its actor's mailbox, or refuses it. Calls that one thread delivers to one
   * actor run in that order. Never completes an answer on this thread.
   *
   * @return false if the actor has no activation here
   */
  public boolean deliver(Call call) {
    for (; ; ) {
      if (abandoned) {
        refuse(call, Refusals.leaseLost(call, context.node()));
        return true;
      }
      Activation activation = activations.get(call.target());
      if (activation == null) {
        return false;
      }
      if (Obstacles.waitForIt(activation, call)) {
        refuse(call, Refusals.deadlock(call));
        return true;
      }
      call.deliveredTo(activation, context.environment().nanoTime());
      if (crowds.sendsBack(activation, call)) {
        return true;
      }
      switch (activation.offer(call)) {
        case ACCEPTED -> {
          if (activation.order().mailbox().isFilling()) {
            crowds.filling(activation, call);
          }
          return true;
        }
        case FULL -> {
          crowds.full(activation, call);
          return true;
        }
        // It has ended and nothing of it runs any more: make room for the next.
        case CLOSED -> forget(activation);
      }
    }
  }

  /**
   * Puts a call of a stateless worker into the mailbox of one, which is made if all others are
   * busy, or refuses it. Never completes an answer on this thread.
   */
  public void deliver(Call call, ActorRegistration registration) {
    for (; ; ) {
      if (abandoned || ending) {
        refuse(
            call,
            abandoned
                ? Refusals.leaseLost(call, context.node())
                : Refusals.shuttingDown(call, context.node()));
        return;
      }
      Activation worker =
          crews
              .forCall(call, registration.workers(), () -> newWorker(registration, call.target()))
              .orElse(null);
      if (worker == null) {
        refuse(call, noRoom(call));
        return;
      }
      if (Obstacles.waitForIt(worker, call)) {
        refuse(call, Refusals.deadlock(call));
        return;
      }
      call.deliveredTo(worker, context.environment().nanoTime());
      switch (worker.offer(call)) {
        case ACCEPTED -> {
          if (abandoned) {
            worker.abandon();
          }
          return;
        }
        case FULL -> {
          refuse(call, worker.full(call));
          return;
        }
        case CLOSED -> forget(worker);
      }
    }
  }

  private Optional<Activation> newWorker(
      ActorRegistration registration, AddressableReference address) {
    if (size.incrementAndGet() > context.limits().maxActivations()) {
      size.decrementAndGet();
      return Optional.empty();
    }
    return Optional.of(new Activation(context, registration, address, Grant.NONE, this, null));
  }

  /** Not on this thread: it may hold a monitor, and a caller's continuation may do anything. */
  private void refuse(Call call, OrbitException reason) {
    context.environment().virtualThreads().execute(() -> call.refuse(reason));
  }

  /**
   * Makes the activation of an actor that has none, with these calls in its mailbox. The directory
   * calls this for one actor by one thread at a time.
   *
   * @param carried what the activation before has left to it
   * @return false if there is none because all calls were refused
   */
  public boolean activate(
      Grant grant,
      ActorRegistration registration,
      List<Call> calls,
      Optional<Content.Carried> carried) {
    AddressableReference address = calls.getFirst().target();
    if (abandoned || size.incrementAndGet() > context.limits().maxActivations()) {
      size.decrementAndGet();
      calls.forEach(call -> refuse(call, noRoom(call)));
      return false;
    }
    Activation created =
        new Activation(context, registration, address, grant, this, carried.orElse(null));
    long now = context.environment().nanoTime();
    boolean any = false;
    for (Call call : calls) {
      call.deliveredTo(created, now);
      if (crowds.sendsBack(created, call)) {
        continue;
      }
      if (created.enqueue(call) == Mailbox.Offer.ACCEPTED) {
        any = true;
      } else {
        crowds.full(created, call);
      }
    }
    if (!any) {
      size.decrementAndGet();
      return false;
    }
    Activation former = activations.put(address, created);
    if (former != null) {
      throw new IllegalStateException("there is an activation already: " + former.grant());
    }
    created.schedule();
    if (abandoned) {
      created.abandon();
    }
    shedExcess();
    return true;
  }

  private OrbitException noRoom(Call call) {
    return abandoned
        ? Refusals.leaseLost(call, context.node())
        : Refusals.nodeFull(call, context.node(), context.limits().maxActivations());
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

  /** Where turns are that run now. */
  TurnPlaces places() {
    return places;
  }

  /** Follows who waits for whom, through this node. */
  public WaitProbes probes() {
    return probes;
  }

  /** Takes an activation out that has ended. */
  void forget(Activation activation) {
    if (activations.remove(activation.address(), activation)) {
      size.decrementAndGet();
      ended.over(activation.address(), activation.grant(), activation.parting());
    } else if (crews.forget(activation)) {
      size.decrementAndGet();
    }
  }

  HostingContext context() {
    return context;
  }

  NodeId node() {
    return context.node();
  }

  /** All activations but stateless workers. */
  Collection<Activation> actors() {
    return activations.values();
  }

  /** All activations, stateless workers among them. */
  private Collection<Activation> everything() {
    if (crews.isEmpty()) {
      return activations.values();
    }
    List<Activation> all = new ArrayList<>(activations.values());
    crews.addTo(all);
    return all;
  }

  /** The grant of the actor's activation; null if it has none. */
  public @Nullable Grant grantOf(AddressableReference address) {
    Activation activation = activations.get(address);
    return activation == null ? null : activation.grant();
  }

  /** Shows all activations but stateless workers; may miss those that begin or end meanwhile. */
  public void forEach(BiConsumer<AddressableReference, Grant> visitor) {
    activations.forEach((address, activation) -> visitor.accept(address, activation.grant()));
  }

  /** Ends all activations because the node stops: each when its turn is over. */
  public void endAll() {
    ending = true;
    everything().forEach(Activation::schedule);
  }

  boolean isEnding() {
    return ending;
  }

  /** Whether nothing is in memory. */
  public boolean isEmpty() {
    return activations.isEmpty() && crews.isEmpty();
  }

  /** The lease is lost: drops everything without a goodbye. */
  public void abandon() {
    abandoned = true;
    sweep.cancel();
    memoryLook.cancel();
    crowds.close();
    everything().forEach(Activation::abandon);
    activations.clear();
    size.set(0);
  }

  private void deactivateIdle() {
    Collection<Activation> all = everything();
    retention.note(all);
    long now = context.environment().nanoTime();
    long usual = context.limits().idleAfter().toNanos();
    for (Activation activation : all) {
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
      shed(Math.max(1, size() / MEMORY_SHED_ONE_IN), DeactivationReason.MEMORY_PRESSURE);
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
                int told = retention.shed(everything(), most, reason);
                LOG.info(
                    "event=activations-shed node={} reason={} activations={} told={}",
                    context.node(),
                    reason,
                    size(),
                    told);
              } finally {
                shedding.set(false);
              }
            });
  }

  /** The actors of a type that are in memory; none of a type of stateless workers. */
  public List<AddressableReference> active(String type) {
    return activations.keySet().stream().filter(address -> address.type().equals(type)).toList();
  }

  /** How many activations there are. */
  public int size() {
    // Asked at each choice of a host: nothing may be counted for that. Below zero are those that
    // end
    // after all were given up.
    return Math.max(0, size.get());
  }

  /** How many activations there are of each type. */
  public Map<String, Integer> sizeByType() {
    Map<String, Integer> counts = new HashMap<>();
    for (Activation activation : everything()) {
      counts.merge(activation.address().type(), 1, Integer::sum);
    }
    return counts;
  }
}
