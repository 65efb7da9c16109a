package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.filter.TurnFilter;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallingTurn;
import dev.orbit.client.internal.call.CurrentTurn;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.contract.ResultKind;
import dev.orbit.proto.CallLink;
import dev.orbit.runtime.internal.registration.RuntimeMethods;
import dev.orbit.transport.telemetry.Telemetry;
import io.opentelemetry.context.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run of one call on an instance, from taking its arguments to its answer, also where that is a
 * stage.
 *
 * <p>It knows for which call it waits, if for one: the one on which its thread is blocked, or the
 * only one under way when nothing but the turn's own stage keeps it open. What a turn does with
 * several calls under way cannot be known, so that it does not count as waiting then.
 *
 * <p>{@link #run} is called once, by the thread of the turn; all else is thread-safe.
 */
final class Turn implements CallingTurn, Watched {
  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

  /** Deeper ones are the runtime's own. */
  private static final int MOST_FRAMES = 40;

  private final Activation activation;
  private final String name;
  private final CallContext base;
  private final @Nullable Call call;
  private volatile @Nullable Map<CallLink, CompletableFuture<?>> underWay;
  private volatile @Nullable Waiting waiting;
  private volatile boolean settling;
  private volatile @Nullable Thread thread;
  private volatile long begunNanos;
  private @Nullable CallContext within;
  private int waits;
  private boolean over;
  private boolean reported;
  private long probedNanos;
  private boolean probed;
  private List<CallLink> expected = List.of();

  /**
   * What its thread waits for.
   *
   * @param call the call
   * @param sinceNanos since when
   */
  record Waiting(CallLink call, long sinceNanos) {}

  /** The turn of a call. */
  Turn(Activation activation, Call call) {
    this.activation = activation;
    this.name = call.method().wireName();
    this.base = call.context();
    this.call = call;
  }

  /** A part of the actor's life, which runs while no turn is open. */
  Turn(Activation activation, String name, CallContext context) {
    this.activation = activation;
    this.name = name;
    this.base = context;
    this.call = null;
  }

  /** The call that it runs; not to be asked of a part of the actor's life. */
  Call call() {
    return Objects.requireNonNull(call);
  }

  Activation activation() {
    return activation;
  }

  /** The thread that runs it; null before and after. */
  @Nullable Thread thread() {
    return thread;
  }

  /** Whether this is the thread that runs it, and not one that it has started. */
  boolean isOfThisThread() {
    return Thread.currentThread().equals(thread);
  }

  /** When it began, by the environment's clock. */
  long begunNanos() {
    return begunNanos;
  }

  /** How chains of calls name it. */
  CallLink link() {
    return context().chain().getLast();
  }

  /** Whether this turn waits for {@code other}, or for a call that waits for it. */
  boolean hasCaused(Call other) {
    List<CallLink> chain = other.context().chain();
    return !chain.isEmpty() && positionIn(chain) >= 0;
  }

  private int positionIn(List<CallLink> chain) {
    AddressableReference self = activation.address();
    for (int i = 0; i < chain.size(); i++) {
      // Only the address first: most turns never need an id.
      if (chain.get(i).actor().equals(self) && chain.get(i).callId() == link().callId()) {
        return i;
      }
    }
    return -1;
  }

  /** Whether it is known that it cannot go on before {@code other} is answered. */
  boolean waitsFor(Call other) {
    List<CallLink> chain = other.context().chain();
    int position = positionIn(chain);
    if (position < 0) {
      return false;
    }
    long next =
        position + 1 < chain.size() ? chain.get(position + 1).callId() : other.context().callId();
    Waiting present = waiting();
    return present != null && present.call().callId() == next;
  }

  /** What it waits for, where that is known; null otherwise. */
  @Nullable Waiting waiting() {
    Waiting blocked = waiting;
    Map<CallLink, CompletableFuture<?>> calls = underWay;
    if (blocked != null || !settling || calls == null || calls.size() != 1) {
      return blocked;
    }
    for (CallLink only : calls.keySet()) {
      return new Waiting(only, begunNanos);
    }
    return null;
  }

  /** What it waits for, as the end of a sentence; empty where that is not known. */
  String waitsInWords(long nowNanos) {
    Waiting present = waiting();
    return present == null
        ? ""
        : ", the last %s of it waiting for %s"
            .formatted(Call.since(present.sinceNanos(), nowNanos), present.call());
  }

  @Override
  public boolean isOver() {
    return thread == null;
  }

  @Override
  public Optional<LongTurn> longTurn(long nowNanos, long thresholdNanos) {
    if (isOver() || nowNanos - begunNanos < thresholdNanos) {
      return Optional.empty();
    }
    return firstStack()
        .map(
            stack ->
                new LongTurn(
                    activation.address() + "." + name, (nowNanos - begunNanos) / 1_000_000, stack));
  }

  /**
   * Where its thread is, the first time it is asked. The turn cannot end meanwhile, so that this is
   * not the stack of another that has its thread.
   */
  private synchronized Optional<List<StackTraceElement>> firstStack() {
    Thread running = thread;
    if (running == null || reported) {
      return Optional.empty();
    }
    reported = true;
    return Optional.of(Arrays.stream(running.getStackTrace()).limit(MOST_FRAMES).toList());
  }

  /** Whether a probe may be sent for it again, which then counts as sent. */
  synchronized boolean mayProbe(long nowNanos, long pauseNanos) {
    if (probed && nowNanos - probedNanos < pauseNanos) {
      return false;
    }
    probed = true;
    probedNanos = nowNanos;
    return true;
  }

  /** A probe has come back over these; the next one is to find the same. */
  synchronized void expectAgain(List<CallLink> path) {
    expected = List.copyOf(path);
  }

  /** Whether the last probe came back over the same. */
  synchronized boolean isExpected(List<CallLink> path) {
    return expected.equals(path);
  }

  @Override
  public synchronized CallContext context() {
    CallContext made = within;
    if (made == null) {
      long id = base.callId() == 0 ? nextCallId() : base.callId();
      made = base.within(new CallLink(activation.address(), name, id));
      within = made;
    }
    return made;
  }

  @Override
  public long nextCallId() {
    return activation.table().nextCallId();
  }

  @Override
  public void waits(CallLink called, long nowNanos) {
    if (isOfThisThread()) {
      waiting = new Waiting(called, nowNanos);
      letOthersIn();
    }
  }

  @Override
  public void goesOn() {
    if (isOfThisThread()) {
      shutOthersOut();
      waiting = null;
    }
  }

  /** Waits nest where the turn's own stage is that of a call. */
  void letOthersIn() {
    if (waits++ == 0 && call != null) {
      activation.order().waits(this);
    }
  }

  void shutOthersOut() {
    if (--waits == 0 && call != null) {
      activation.order().goesOn(this);
    }
  }

  @Override
  public void began(CallLink called, CompletableFuture<?> outcome) {
    Map<CallLink, CompletableFuture<?>> calls = calls();
    calls.put(called, outcome);
    var _ = outcome.whenComplete((_, _) -> calls.remove(called));
  }

  private synchronized Map<CallLink, CompletableFuture<?>> calls() {
    Map<CallLink, CompletableFuture<?>> present = underWay;
    if (present == null) {
      present = new ConcurrentHashMap<>();
      underWay = present;
    }
    return present;
  }

  /** Runs a call that has begun; returns when the turn is over, also that of a stage. */
  void run(Instance instance) {
    Call running = call();
    HostingContext context = activation.context();
    begunNanos = context.environment().nanoTime();
    thread = Thread.currentThread();
    try {
      if (RuntimeMethods.isTimer(running.method())) {
        context.watch().accept(this);
      }
      @Nullable Object[] arguments = admitted(running, context);
      if (arguments != null) {
        CurrentTurn.run(this, () -> invoke(running, instance, arguments));
      }
    } finally {
      activation.used(running, begunNanos);
      finish();
    }
  }

  private @Nullable Object @Nullable [] admitted(Call running, HostingContext context) {
    if (!context.lease().isHeld()) {
      running.refuseBegun(Refusals.leaseLost(running, context.node()));
      return null;
    }
    if (running.context().isExpired(begunNanos)) {
      running.refuseBegun(Refusals.expired(running, context.node()));
      return null;
    }
    try {
      return running.arguments().take();
    } catch (OrbitException e) {
      running.refuseBegun(e);
      return null;
    }
  }

  /** Makes the thread fit for the next turn: no interrupt meant for this one may hit it. */
  private void finish() {
    synchronized (this) {
      over = true;
      thread = null;
      if (!activation.isAbandoned()) {
        Thread.interrupted();
      }
    }
  }

  /** Nobody wants its outcome any more: interrupts it and calls off the calls that it has made. */
  void interrupt() {
    synchronized (this) {
      Thread running = thread;
      if (!over && running != null) {
        running.interrupt();
      }
    }
    Map<CallLink, CompletableFuture<?>> calls = underWay;
    if (calls != null) {
      calls.values().forEach(outcome -> outcome.cancel(true));
    }
  }

  /**
   * Runs a part of the actor's life as a turn: its calls carry this turn at the end of their chain.
   */
  <T> T live(Callable<T> part) throws Exception {
    begunNanos = activation.context().environment().nanoTime();
    thread = Thread.currentThread();
    try {
      activation.context().watch().accept(this);
      return CurrentTurn.call(this, part);
    } finally {
      finish();
    }
  }

  private void invoke(Call running, Instance instance, @Nullable Object[] arguments) {
    @Nullable Object value = null;
    Throwable failure = null;
    try {
      Telemetry telemetry = activation.context().telemetry();
      value =
          telemetry.isOn()
              ? measured(telemetry, running, instance, arguments)
              : filtered(running, instance, arguments);
    } catch (ExecutionException e) {
      failure = e.getCause() == null ? e : e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (Throwable e) {
      failure = e;
    }
    HostingContext context = activation.context();
    if (!context.lease().isHeld()) {
      running.abandon(context.node().key());
    } else if (failure == null) {
      running.returned(value);
    } else {
      if (running.method().oneWay()) {
        LOG.warn("event=one-way-failed call={}", running, failure);
      }
      running.threw(failure);
    }
  }

  private @Nullable Object filtered(Call running, Instance instance, @Nullable Object[] arguments)
      throws Throwable {
    List<TurnFilter> filters = instance.filters();
    if (filters.isEmpty()) {
      return settled(running.method(), instance.call(running, arguments));
    }
    return new FilteredTurn(
            running, arguments, filters, 0, () -> ofMethod(running, instance, arguments))
        .proceed();
  }

  /** As filters see it: what a stage failed with is what the method threw. */
  private @Nullable Object ofMethod(Call running, Instance instance, @Nullable Object[] arguments)
      throws Throwable {
    try {
      return settled(running.method(), instance.call(running, arguments));
    } catch (ExecutionException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private @Nullable Object measured(
      Telemetry telemetry, Call running, Instance instance, @Nullable Object[] arguments)
      throws Throwable {
    Telemetry.CallSpan span =
        telemetry.turn(
            running.target().type(), running.method().wireName(), running.context().trace());
    Throwable failure = null;
    try (Scope _ = span.makeCurrent()) {
      return filtered(running, instance, arguments);
    } catch (Throwable e) {
      failure = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
      throw e;
    } finally {
      span.end(failure);
    }
  }

  /** The value of a stage: its turn is over only when it is complete. */
  private @Nullable Object settled(MethodContract method, @Nullable Object result)
      throws ExecutionException, InterruptedException {
    if (method.resultKind() != ResultKind.STAGE) {
      return result;
    }
    if (result == null) {
      throw new IllegalStateException(method + " returned null in place of a stage");
    }
    CompletableFuture<?> stage = ((CompletionStage<?>) result).toCompletableFuture();
    if (stage.isDone()) {
      return stage.get();
    }
    settling = true;
    letOthersIn();
    try {
      return stage.get();
    } finally {
      shutOthersOut();
    }
  }
}
