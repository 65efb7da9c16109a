package dev.orbit.client.internal.wire;

import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.api.error.StorageException;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.Content;
import java.time.Duration;
import java.util.Optional;

/** Exceptions to and from what stands in messages. */
public final class ErrorMapping {
  private ErrorMapping() {}

  /**
   * A failure of the runtime itself: refused, lost, too late. Not for what an actor threw, even if
   * it is of this class.
   */
  public static Content.InvocationError refused(OrbitException failure) {
    Optional<Duration> retryAfter =
        failure instanceof NotExecutedException e ? e.retryAfter() : Optional.empty();
    Optional<String> remoteType =
        failure instanceof ActorFailedException e ? e.remoteType() : Optional.empty();
    return new Content.InvocationError(
        failure.description(), "", Optional.of(failure.code()), remoteType, retryAfter);
  }

  /**
   * What an actor's method threw. A {@link StorageException} stays one, because its code tells the
   * caller whether the write that failed may have happened. A class that the contract does not
   * declare while it declares a superclass of it goes under the name of that superclass, so that
   * the caller can catch it; the platform text keeps its own.
   */
  public static Content.InvocationError threw(Throwable thrown, MethodContract method) {
    String type = RemoteExceptions.nameForCaller(thrown, method);
    if (thrown instanceof StorageException storage) {
      return new Content.InvocationError(
          storage.description(),
          PlatformText.of(thrown),
          Optional.of(storage.code()),
          Optional.of(type),
          Optional.empty());
    }
    String message = PlatformText.messageOf(thrown);
    return new Content.InvocationError(
        message == null ? type : message,
        PlatformText.of(thrown),
        Optional.of(ErrorCode.ACTOR_FAILED),
        Optional.of(type),
        Optional.empty());
  }

  /**
   * The failure of {@code invocation}, for its caller. An error without a code, from an end that
   * knows none, counts as the actor's.
   */
  public static OrbitException toException(Content.InvocationError error, Invocation invocation) {
    ErrorCode code = error.code().orElse(ErrorCode.ACTOR_FAILED);
    return switch (code) {
      case ACTOR_FAILED -> actorFailed(error, invocation);
      case BAD_RESULT ->
          new ActorFailedException(
              code, error.description(), null, error.remoteType().orElse(null));
      default -> {
        OrbitException plain =
            OrbitException.of(code, error.description(), PlatformText.causes(error.platform()));
        if (!error.platform().isEmpty()) {
          plain.setStackTrace(PlatformText.frames(error.platform()));
        }
        yield plain instanceof NotExecutedException && error.retryAfter().isPresent()
            ? NotExecutedException.of(
                code, error.description(), plain.getCause(), error.retryAfter().get())
            : plain;
      }
    };
  }

  private static ActorFailedException actorFailed(
      Content.InvocationError error, Invocation invocation) {
    String type = error.remoteType().orElse("");
    String text = error.description().equals(type) ? "" : error.description();
    StackTraceElement[] frames = PlatformText.frames(error.platform());
    RemoteCause remoteCause = PlatformText.causes(error.platform());
    Throwable rebuilt =
        RemoteExceptions.rebuild(type, text.isEmpty() ? null : text, invocation.method())
            .orElse(null);
    if (rebuilt != null) {
      rebuilt.setStackTrace(frames);
      if (remoteCause != null && rebuilt.getCause() == null) {
        caused(rebuilt, remoteCause);
      }
    }
    ActorFailedException failed =
        new ActorFailedException(
            ErrorCode.ACTOR_FAILED,
            "%s threw %s".formatted(invocation, thrown(type, text)),
            rebuilt != null ? rebuilt : remoteCause,
            type.isEmpty() ? null : type);
    failed.setStackTrace(frames);
    return failed;
  }

  private static void caused(Throwable rebuilt, RemoteCause cause) {
    try {
      rebuilt.initCause(cause);
    } catch (IllegalStateException e) {
      // Its constructor has said that it has no cause; the cause is still something to see.
      rebuilt.addSuppressed(cause);
    }
  }

  private static String thrown(String type, String text) {
    if (type.isEmpty()) {
      return "an error: " + text;
    }
    return text.isEmpty() ? type : type + ": " + text;
  }

  /** The failure of {@code invocation} whose message the other end could not handle at all. */
  public static OrbitException toException(Content.Failure failure, Invocation invocation) {
    return failure
        .code()
        .map(code -> OrbitException.of(code, failure.description()))
        .orElseGet(
            () ->
                new ProtocolException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "%s was answered by an error: %s"
                        .formatted(invocation, failure.description())));
  }
}
