package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.contract.MethodContract;
import java.util.concurrent.atomic.AtomicReference;
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
public final class Call {
  private enum Phase {
    WAITING,
    RUNNING,
    ANSWERED
  }

  private final AddressableReference target;
  private final MethodContract method;
  private final CallContext context;
  private final Arguments arguments;
  private final Answer answer;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);

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

  /** Whether its turn may run now; false if it was refused in the meantime. */
  boolean begin() {
    return phase.compareAndSet(Phase.WAITING, Phase.RUNNING);
  }

  /** Answers that it will not run, unless it runs already or was answered; tells which. */
  public boolean refuse(OrbitException reason) {
    boolean won = phase.compareAndSet(Phase.WAITING, Phase.ANSWERED);
    if (won) {
      answer.refused(reason);
    }
    return won;
  }

  /** Takes it out of the queue if it still waits. */
  public boolean cancel() {
    return refuse(
        new NotExecutedException(
            ErrorCode.CANCELLED, "%s was called off before it ran".formatted(this)));
  }

  /** Its deadline has passed: the caller is told, and what it returns later is dropped. */
  public void expire(String node) {
    boolean waited =
        refuse(
            new NotExecutedException(
                ErrorCode.DEADLINE_BEFORE_EXECUTION,
                "%s did not run: its deadline passed while it waited on node %s"
                    .formatted(this, node)));
    if (!waited && phase.compareAndSet(Phase.RUNNING, Phase.ANSWERED)) {
      answer.refused(
          new OutcomeUnknownException(
              ErrorCode.DEADLINE_DURING_EXECUTION,
              "%s was still running on node %s at its deadline; it goes on there"
                  .formatted(this, node)));
    }
  }

  /** Whether its answer was given. */
  public boolean isAnswered() {
    return phase.get() == Phase.ANSWERED;
  }

  /** Its turn could not run after all. */
  void refuseBegun(OrbitException reason) {
    if (phase.compareAndSet(Phase.RUNNING, Phase.ANSWERED)) {
      answer.refused(reason);
    }
  }

  void returned(@Nullable Object value) {
    if (phase.compareAndSet(Phase.RUNNING, Phase.ANSWERED)) {
      answer.returned(value);
    }
  }

  void threw(Throwable failure) {
    if (phase.compareAndSet(Phase.RUNNING, Phase.ANSWERED)) {
      answer.threw(failure);
    }
  }

  /** The node has lost the right to run it or to tell how it ended. */
  void abandon(String node) {
    boolean waited =
        refuse(
            new NotExecutedException(
                ErrorCode.LEASE_LOST,
                "%s did not run: node %s has lost its lease".formatted(this, node)));
    if (!waited && phase.compareAndSet(Phase.RUNNING, Phase.ANSWERED)) {
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
