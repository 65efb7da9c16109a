package dev.orbit.runtime.internal.life;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.directory.HostChoice;
import dev.orbit.runtime.internal.placement.Placement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the application's resolver where an actor is to live that is active nowhere.
 *
 * <p>The owner of the partition asks, before its directory chooses a host. Until the answer has
 * come, or {@link #PATIENCE} has passed, the calls of that actor wait here in the order in which
 * they came. Then the directory decides as ever, and {@link #over} has it take the node that was
 * named, if that may host the actor. So a resolver that errs, or is late, costs time and never a
 * second activation.
 *
 * <p>An answer is kept for {@link #KEPT}, also that there is none and that the question failed.
 * Thread-safe; the resolver is asked on virtual threads, with no lock held.
 */
public final class HostAdvice {
  /** Resolvers are told to answer within a few seconds; most calls have 30. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Long enough for the way from the answer to the choice, and for a failing resolver's rest. */
  static final Duration KEPT = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(HostAdvice.class);
  private static final int MOST_KEPT = 10_000;

  private final Environment environment;
  private final NodeResolver resolver;
  private final int mostWaiting;
  private final Cache<AddressableReference, Optional<NodeId>> answers;
  private final Map<AddressableReference, Question> open = new HashMap<>();
  private int waiting;
  private volatile boolean anyOpen;
  private volatile boolean failing;

  /** The calls that wait for one answer. Guarded by the monitor of its advice. */
  private static final class Question {
    final Deque<Runnable> calls = new ArrayDeque<>();
    final AtomicBoolean answered = new AtomicBoolean();
  }

  /**
   * Advice by {@code resolver}.
   *
   * @param mostWaiting how many calls may wait at a time
   */
  public HostAdvice(Environment environment, NodeResolver resolver, int mostWaiting) {
    this.environment = environment;
    this.resolver = resolver;
    this.mostWaiting = mostWaiting;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(MOST_KEPT)
            .expireAfterWrite(KEPT)
            .ticker(environment::nanoTime)
            .executor(Runnable::run)
            .build();
  }

  /** Whether a resolver has a say in this at all, and does not leave it to the interface. */
  public static boolean isGivenBy(NodeResolver resolver) {
    try {
      return !resolver
          .getClass()
          .getMethod("resolveAddressable", AddressableReference.class)
          .getDeclaringClass()
          .equals(NodeResolver.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The node that was named, where it may host the actor; else what {@code cluster} chooses. */
  public HostChoice over(HostChoice cluster, Supplier<Placement> placement) {
    return (call, partition) -> {
      Optional<NodeId> named = answers.getIfPresent(call.address());
      if (named == null || named.isEmpty()) {
        return cluster.choose(call, partition);
      }
      Optional<MemberId> host =
          placement.get().takers(call.address().type()).stream()
              .map(Member::id)
              .filter(member -> member.node().equals(named.get()))
              .findFirst();
      if (host.isEmpty()) {
        LOG.info(
            "event=advice-ignored actor={} node={} reason=it may not host the type now",
            call.address(),
            named.get());
      }
      return host.or(() -> cluster.choose(call, partition));
    };
  }

  /**
   * Lets a call wait behind others of its actor.
   *
   * @return false if none wait
   */
  boolean park(Arrival call, Consumer<Arrival> admit) {
    return anyOpen && park(call, admit, false);
  }

  /** Has the resolver asked unless its answer is known, and the call wait for it; else false. */
  boolean ask(Arrival call, Consumer<Arrival> admit) {
    return answers.getIfPresent(call.address()) == null && park(call, admit, true);
  }

  private boolean park(Arrival call, Consumer<Arrival> admit, boolean asks) {
    Question begun = null;
    boolean full;
    synchronized (this) {
      Question question = open.get(call.address());
      if (question == null && !asks) {
        return false;
      }
      full = waiting >= mostWaiting;
      if (!full) {
        if (question == null) {
          begun = new Question();
          question = begun;
          open.put(call.address(), begun);
          anyOpen = true;
        }
        question.calls.add(() -> admit.accept(call));
        waiting++;
      }
    }
    if (full) {
      call.turnAway(Arrival.Refusal.FULL);
    } else if (begun != null) {
      put(call.address(), begun);
    }
    return true;
  }

  private void put(AddressableReference address, Question question) {
    Cancellable late =
        environment.schedule(
            PATIENCE,
            () ->
                environment
                    .virtualThreads()
                    .execute(
                        () -> {
                          if (answer(address, question, Optional.empty())) {
                            LOG.warn("event=advice-late actor={} bound={}", address, PATIENCE);
                          }
                        }));
    environment
        .virtualThreads()
        .execute(
            () -> {
              Optional<NodeId> answer = resolved(address);
              late.cancel();
              answer(address, question, answer);
            });
  }

  private Optional<NodeId> resolved(AddressableReference address) {
    try {
      Optional<NodeId> named =
          Objects.requireNonNull(
              resolver.resolveAddressable(address), "the resolver gave null for an Optional");
      failing = false;
      return named;
    } catch (RuntimeException e) {
      // A register that is out of reach fails for every actor: once says it.
      if (!failing) {
        failing = true;
        LOG.warn("event=advice-failed actor={}", address, e);
      }
      return Optional.empty();
    }
  }

  /** Whether this is the first answer; lets those on who wait. */
  private boolean answer(AddressableReference address, Question question, Optional<NodeId> answer) {
    if (!question.answered.compareAndSet(false, true)) {
      return false;
    }
    answers.put(address, answer);
    // Who comes meanwhile waits behind them, so that no call overtakes another.
    for (Runnable call = next(address, question); call != null; call = next(address, question)) {
      try {
        call.run();
      } catch (RuntimeException e) {
        // The calls behind it must not wait for good.
        LOG.error("event=advised-call-lost actor={}", address, e);
      }
    }
    return true;
  }

  private synchronized @Nullable Runnable next(AddressableReference address, Question question) {
    Runnable call = question.calls.poll();
    if (call == null) {
      open.remove(address);
      anyOpen = !open.isEmpty();
    } else {
      waiting--;
    }
    return call;
  }
}
