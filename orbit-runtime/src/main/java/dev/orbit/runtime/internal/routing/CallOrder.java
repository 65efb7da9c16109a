package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.internal.call.Following;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the calls of this node to one actor in order when their way changes: when this node learns
 * where the actor is, or comes to host it. Calls that were sent by the way that is left may be on
 * it still, and the next by the new way could overtake them. So a milestone is sent after them,
 * which is answered where they arrive, and calls wait here until its answer is there.
 *
 * <p>A way is left seldom, at most once for a host of an actor, and the wait takes as long as a
 * call takes. Where the milestone fails, calls go on: a way that breaks keeps no order.
 *
 * <p>Bounds: {@value #MOST_WAITING} calls wait at most, none longer than its deadline or {@link
 * #PATIENCE}. Thread-safe; never blocks.
 */
final class CallOrder {
  /** How long a milestone may take. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MOST_WAITING = 10_000;

  private final Environment environment;
  private final ConcurrentHashMap<AddressableReference, Line> lines = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

  CallOrder(Environment environment) {
    this.environment = environment;
  }

  /** The calls that wait for one milestone. Guarded by itself. */
  private static final class Line {
    private final Deque<Held> calls = new ArrayDeque<>();
    private boolean asked;
    private boolean over;
  }

  /** Whether calls of the actor wait. */
  boolean isHolding(AddressableReference actor) {
    return !lines.isEmpty() && lines.containsKey(actor);
  }

  /**
   * Lets a call wait for those before it.
   *
   * @param go sends it
   * @param milestone sends what tells that the way is empty; asked if nobody waits yet
   * @param settled is run when it has told so, before calls go on
   */
  CompletableFuture<Reply> hold(
      RoutedCall call,
      Supplier<CompletableFuture<Reply>> go,
      Supplier<CompletableFuture<Reply>> milestone,
      Runnable settled) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return CompletableFuture.failedFuture(
          new NotExecutedException(
              ErrorCode.OVERLOADED,
              "%s did not run: %d calls of this node wait until those before them have arrived"
                  .formatted(call, MOST_WAITING)));
    }
    Held held = new Held(call, go);
    Line line = join(call.target(), held);
    if (closed) {
      held.refuse();
    }
    if (line != null) {
      var _ =
          begun(milestone)
              .whenComplete(
                  (_, _) -> {
                    try {
                      settled.run();
                    } finally {
                      release(call.target(), line);
                    }
                  });
    }
    return held;
  }

  /** What throws has failed: nobody may wait behind it for ever. */
  private static CompletableFuture<Reply> begun(Supplier<CompletableFuture<Reply>> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The line, if it has to be asked for; null if somebody has. */
  private @Nullable Line join(AddressableReference actor, Held held) {
    while (true) {
      Line line = lines.computeIfAbsent(actor, _ -> new Line());
      synchronized (line) {
        if (!line.over) {
          line.calls.add(held);
          boolean first = !line.asked;
          line.asked = true;
          return first ? line : null;
        }
      }
    }
  }

  /** Lets nobody wait any more: calls that do end as not executed. Idempotent. */
  void close() {
    closed = true;
    lines.values().forEach(CallOrder::refuseAll);
  }

  private static void refuseAll(Line line) {
    List<Held> refused;
    synchronized (line) {
      refused = List.copyOf(line.calls);
    }
    refused.forEach(Held::refuse);
  }

  private void release(AddressableReference actor, Line line) {
    while (true) {
      Held next;
      synchronized (line) {
        next = line.calls.poll();
        if (next == null) {
          // Whoever comes now goes its way: all before it have gone.
          line.over = true;
          lines.remove(actor, line);
          return;
        }
      }
      next.release();
    }
  }

  /** A call that waits; completes with its answer. */
  private final class Held extends Following<Reply> {
    private final RoutedCall call;
    private final Supplier<CompletableFuture<Reply>> go;
    private final Cancellable patience;

    Held(RoutedCall call, Supplier<CompletableFuture<Reply>> go) {
      this.call = call;
      this.go = go;
      long left = call.context().remainingNanos(environment.nanoTime());
      this.patience = environment.schedule(Duration.ofNanos(Math.max(1, left)), this::expire);
    }

    private void expire() {
      completeExceptionally(
          new NotExecutedException(
              ErrorCode.DEADLINE_BEFORE_EXECUTION,
              "%s did not run: until its deadline it waited behind earlier calls of this node"
                  .formatted(call)));
    }

    private void refuse() {
      completeExceptionally(
          new NotExecutedException(
              ErrorCode.SHUTTING_DOWN,
              "%s did not run: the node that it was made on has stopped".formatted(call)));
    }

    private void release() {
      waiting.decrementAndGet();
      patience.cancel();
      if (!isDone()) {
        endAs(begun(go));
      }
    }
  }
}
