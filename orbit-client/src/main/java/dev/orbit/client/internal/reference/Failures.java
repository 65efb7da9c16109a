package dev.orbit.client.internal.reference;

import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.api.error.StorageException;
import dev.orbit.client.internal.call.Invocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Gives failures to callers: what the contract declares as itself, all else as an {@link
 * OrbitException}, each with a stack that shows first where it happened and then, after a line that
 * names the call, where the caller stood.
 */
final class Failures {
  /** The frames of the other end that are kept; deeper ones are the runtime's own. */
  private static final int MAX_REMOTE_FRAMES = 64;

  /** What stands in stacks between the caller and here. */
  private static final Set<String> OWN =
      Set.of(
          Failures.class.getName(),
          Calls.class.getName(),
          CallStage.class.getName(),
          Reference.class.getName());

  private Failures() {}

  /**
   * What the caller of {@code invocation} gets. Runs on the caller's thread, unless the method
   * returns a stage.
   *
   * @param came the failure, as futures wrap it
   * @param waitedNanos for how long its caller has waited
   */
  static Throwable surface(Throwable came, Invocation invocation, long waitedNanos) {
    Throwable failure = unwrap(came);
    if (failure instanceof ActorFailedException failed) {
      Throwable thrown = failed.getCause();
      if (thrown != null && isDeclared(thrown, invocation)) {
        thrown.setStackTrace(joined(thrown, new Throwable(), invocation));
        return thrown;
      }
    }
    if (failure instanceof CancellationException) {
      return failure;
    }
    OrbitException copy =
        failure instanceof OrbitException known
            ? copyOf(known, text(known, invocation, waitedNanos))
            : unexpected(failure, invocation);
    copy.setStackTrace(joined(failure, copy, invocation));
    for (Throwable suppressed : failure.getSuppressed()) {
      copy.addSuppressed(suppressed);
    }
    return copy;
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  private static boolean isDeclared(Throwable thrown, Invocation invocation) {
    return invocation.method().declaredExceptions().stream().anyMatch(c -> c.isInstance(thrown));
  }

  /**
   * How long it was where it went is told by whoever noticed that its time was over; how long it
   * took in all, by its caller. The rest is the way there and back.
   */
  private static String text(OrbitException failure, Invocation invocation, long waitedNanos) {
    String told = failure.description();
    if (failure.code() != ErrorCode.DEADLINE_BEFORE_EXECUTION
        && failure.code() != ErrorCode.DEADLINE_DURING_EXECUTION) {
      return told;
    }
    String call = invocation.toString();
    return "%s; its caller has waited for %d ms"
        .formatted(
            told.contains(call) ? told : call + ": " + told,
            TimeUnit.NANOSECONDS.toMillis(waitedNanos));
  }

  /** An invoker may fail many calls by one exception; each caller gets its own. */
  private static OrbitException copyOf(OrbitException failure, String text) {
    ErrorCode code = failure.code();
    Throwable cause = failure.getCause();
    return switch (failure) {
      case NotExecutedException e ->
          NotExecutedException.of(code, text, cause, e.retryAfter().orElse(null));
      case OutcomeUnknownException _ -> new OutcomeUnknownException(code, text, cause);
      case ActorFailedException e ->
          new ActorFailedException(code, text, cause, e.remoteType().orElse(null));
      case ProtocolException _ -> new ProtocolException(code, text, cause);
      case ConfigurationException _ -> new ConfigurationException(code, text, cause);
      case StorageException _ -> new StorageException(code, text, cause);
    };
  }

  private static OrbitException unexpected(Throwable failure, Invocation invocation) {
    return new OutcomeUnknownException(
        ErrorCode.CONNECTION_LOST,
        "%s failed within the runtime: %s; it may have run".formatted(invocation, failure),
        failure);
  }

  private static StackTraceElement[] joined(
      Throwable where, Throwable caller, Invocation invocation) {
    List<StackTraceElement> frames = new ArrayList<>();
    StackTraceElement[] remote = where.getStackTrace();
    frames.addAll(Arrays.asList(remote).subList(0, Math.min(remote.length, MAX_REMOTE_FRAMES)));
    frames.add(new StackTraceElement("orbit", "call", invocation.toString(), -1));
    for (StackTraceElement frame : caller.getStackTrace()) {
      if (!OWN.contains(frame.getClassName()) && !frame.getClassName().contains("$Proxy")) {
        frames.add(frame);
      }
    }
    return frames.toArray(StackTraceElement[]::new);
  }
}
