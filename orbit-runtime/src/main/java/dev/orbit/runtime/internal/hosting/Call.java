package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.CallLink;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A call that has arrived at its host.
 *
 * <pre>
 *   WAITING --begin-->   RUNNING    its turn has come
 *   WAITING --refuse-->  ANSWERED   it will not run
 *   RUNNING --finish-->  ANSWERED   it has run
 *   RUNNING --abandon--> ANSWERED   it may have run
 * </pre>
 *
 * <p>Thread-safe; each transition has one winner, and whoever reaches ANSWERED sends the answer.
 */
public final class Call implements Watched {
  private enum Phase {
    WAITING,
    RUNNING,
    ANSWERED
  }

  private static final AtomicReferenceFieldUpdater<Call, Phase> PHASE =
      AtomicReferenceFieldUpdater.newUpdater(Call.class, Phase.class, "phase");

  /** What brought it here. */
  @FunctionalInterface
  public interface Origin {
    /** The actor is not to run here any more: looks anew where it is. */
    void lookAgain();
  }

  private final AddressableReference target;
  private final MethodContract method;
  private final CallContext context;
  private final Arguments arguments;
  private final Answer answer;
  private volatile Phase phase = Phase.WAITING;
  private @Nullable Origin origin;
  private volatile @Nullable Turn turn;
  private volatile @Nullable Activation activation;
  // Written before the activation.
  private long arrivedNanos;

  /**
   * A call that waits.
   *
   * @param context as the caller sent it: without the target at the end of the chain
   */
  public Call(
      AddressableReference target,
      MethodContract method,
      CallContext context,
      Arguments arguments,
      Answer answer) {
    this.target = target;
    this.method = method;
    this.context = context;
    this.arguments = arguments;
    this.answer = answer;
  }

  /** To be said before it is delivered. */
  public void broughtBy(Origin bringer) {
    origin = bringer;
  }

  /** Goes back to what brought it; false if nothing did. */
  boolean goBack() {
    Origin bringer = origin;
    if (bringer != null) {
      bringer.lookAgain();
    }
    return bringer != null;
  }

  public AddressableReference target() {
    return target;
  }

  public MethodContract method() {
    return method;
  }

  public CallContext context() {
    return context;
  }

  Arguments arguments() {
    return arguments;
  }

  /** How chains of calls name it. */
  CallLink link() {
    return new CallLink(target, method.wireName(), context.callId());
  }

  /** It is about to be delivered to that activation. */
  void deliveredTo(Activation itsActivation, long nowNanos) {
    arrivedNanos = nowNanos;
    activation = itsActivation;
  }

  @Override
  public void lookForCircle() {
    Activation present = activation;
    if (present != null && !isAnswered()) {
      present.table().probes().ask(this);
    }
  }

  @Override
  public Optional<LongTurn> longTurn(long nowNanos, long thresholdNanos) {
    Turn running = turn;
    return running == null ? Optional.empty() : running.longTurn(nowNanos, thresholdNanos);
  }

  /** A turn may go on when nobody waits for its answer any more. */
  @Override
  public boolean isOver() {
    Turn running = turn;
    return isAnswered() && (running == null || running.isOver());
  }

  /** The turn that runs it; null before. */
  @Nullable Turn turn() {
    return turn;
  }

  /** Whether this turn may run it now; false if it was refused in the meantime. */
  boolean begin(Turn running) {
    turn = running;
    return PHASE.compareAndSet(this, Phase.WAITING, Phase.RUNNING);
  }

  /** Answers that it will not run, unless it runs already or was answered; tells which. */
  public boolean refuse(OrbitException reason) {
    boolean won = PHASE.compareAndSet(this, Phase.WAITING, Phase.ANSWERED);
    if (won) {
      answer.refused(reason);
    }
    return won;
  }

  /** As {@link #refuse}, of a call that may be in a queue: leaves its place to another. */
  private boolean withdraw(OrbitException reason) {
    boolean won = PHASE.compareAndSet(this, Phase.WAITING, Phase.ANSWERED);
    if (won) {
      Activation queuesAt = activation;
      if (queuesAt != null) {
        queuesAt.order().withdraw(this);
      }
      answer.refused(reason);
    }
    return won;
  }

  /** Answers that it will not run for want of room; as {@link Answer#noRoom}. */
  void noRoom(OverloadedException reason, long number) {
    if (PHASE.compareAndSet(this, Phase.WAITING, Phase.ANSWERED)) {
      answer.noRoom(reason, number);
    }
  }

  /** Who waits for its answer. */
  Answer answer() {
    return answer;
  }

  /**
   * Its caller does not want it any more: takes it out of its queue, or interrupts the turn that
   * runs it.
   *
   * @return whether it had not begun
   */
  public boolean cancel() {
    boolean waited =
        withdraw(
            new NotExecutedException(
                ErrorCode.CANCELLED, "%s was called off before it ran".formatted(this)));
    if (!waited && PHASE.compareAndSet(this, Phase.RUNNING, Phase.ANSWERED)) {
      answer.refused(
          new OutcomeUnknownException(
              ErrorCode.CANCELLED_DURING_EXECUTION,
              "%s was called off while it ran; what it did before stands".formatted(this)));
      Turn running = turn;
      if (running != null) {
        running.interrupt();
      }
    }
    return waited;
  }

  /** Nothing of the actor is in memory, and the method runs only then. */
  public void answerAbsent() {
    if (PHASE.compareAndSet(this, Phase.WAITING, Phase.ANSWERED)) {
      answer.returned(method.absent());
    }
  }

  /**
   * Takes it away from here without an answer, because it goes on elsewhere; false if it has begun
   * or was answered.
   */
  public boolean take() {
    return PHASE.compareAndSet(this, Phase.WAITING, Phase.ANSWERED);
  }

  @Override
  public long remainingNanos(long nowNanos) {
    return isAnswered() ? Long.MAX_VALUE : context.remainingNanos(nowNanos);
  }

  /** Its deadline has passed: the caller is told, and what it returns later is dropped. */
  @Override
  public void expire(String node, long nowNanos) {
    if (isAnswered()) {
      return;
    }
    boolean waited =
        withdraw(
            new NotExecutedException(
                ErrorCode.DEADLINE_BEFORE_EXECUTION,
                "%s did not run: its deadline passed %s".formatted(this, queued(node, nowNanos))));
    Turn running = turn;
    if (!waited && running != null && PHASE.compareAndSet(this, Phase.RUNNING, Phase.ANSWERED)) {
      answer.refused(
          new OutcomeUnknownException(
              ErrorCode.DEADLINE_DURING_EXECUTION,
              "%s was still running at its deadline, %s after %s%s; it goes on there"
                  .formatted(
                      this,
                      since(running.begunNanos(), nowNanos),
                      since(arrivedNanos, running.begunNanos()) + " in the queue of node " + node,
                      running.waitsInWords(nowNanos))));
    }
  }

  private String queued(String node, long nowNanos) {
    Activation present = activation;
    return present == null
        ? "on node %s, where its partition was being taken over".formatted(node)
        : "after %s in the queue of node %s%s"
            .formatted(
                since(arrivedNanos, nowNanos), node, Obstacles.inWords(present, this, nowNanos));
  }

  /** A stretch of time as people read it. */
  static String since(long thenNanos, long nowNanos) {
    return Math.max(0, (nowNanos - thenNanos) / 1_000_000) + " ms";
  }

  /** Whether its answer was given. */
  public boolean isAnswered() {
    return phase == Phase.ANSWERED;
  }

  /** Its turn could not run after all. */
  void refuseBegun(OrbitException reason) {
    if (PHASE.compareAndSet(this, Phase.RUNNING, Phase.ANSWERED)) {
      answer.refused(reason);
    }
  }

  void returned(@Nullable Object value) {
    if (PHASE.compareAndSet(this, Phase.RUNNING, Phase.ANSWERED)) {
      try {
        answer.returned(value);
      } catch (RuntimeException | Error e) {
        untold(e);
      }
    }
  }

  void threw(Throwable failure) {
    if (PHASE.compareAndSet(this, Phase.RUNNING, Phase.ANSWERED)) {
      try {
        answer.threw(failure);
      } catch (RuntimeException | Error e) {
        untold(e);
      }
    }
  }

  /** How it ended could not be put into an answer: its caller still gets one. */
  private void untold(Throwable failure) {
    answer.refused(
        new ActorFailedException(
            ErrorCode.BAD_RESULT,
            "%s has run, and how it ended cannot be told: %s"
                .formatted(this, failure.getClass().getName())));
  }

  /** The node has lost the right to run it or to tell how it ended. */
  void abandon(String node) {
    boolean waited =
        refuse(
            new NotExecutedException(
                ErrorCode.LEASE_LOST,
                "%s did not run: node %s has lost its lease".formatted(this, node)));
    if (!waited && PHASE.compareAndSet(this, Phase.RUNNING, Phase.ANSWERED)) {
      answer.refused(
          new OutcomeUnknownException(
              ErrorCode.HOST_LOST,
              "%s was running when node %s lost its lease; what it wrote before stands, ask the actor"
                  .formatted(this, node)));
    }
  }

  /** {@code type/key.method}, as in messages. */
  @Override
  public String toString() {
    return target + "." + method.wireName();
  }
}
