package dev.orbit.raft.internal.membership;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one command again and again until there is an answer. What goes through here must bear
 * being sent twice: it has a client and a sequence, or it finds nothing to do the second time.
 *
 * <p>Used and answering on its queue only.
 */
final class Submitter {
  private static final Logger log = LoggerFactory.getLogger(Submitter.class);

  /**
   * Between two attempts, at least; at most twice that, so that many nodes do not come all at once.
   */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /**
   * For so long no majority must have been in reach before that is taken for lasting: a connection
   * that broke is made again many times sooner, if there is somebody at the other end.
   */
  static final Duration LASTING = Duration.ofSeconds(1);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Environment environment;
  private final ClusterPort port;
  private final Executor queue;

  /**
   * An answer, and when the command was first sent by the environment's {@link
   * Environment#nanoTime}: whatever the cluster counts from it began no earlier.
   */
  record Answered(CommandAnswer answer, long firstSentNanos) {}

  Submitter(Environment environment, ClusterPort port, Executor queue) {
    this.environment = environment;
    this.port = port;
    this.queue = queue;
  }

  /**
   * Sends until {@code deadlineNanos}.
   *
   * @param attempt how long one attempt may take
   * @param result is given the answer; or a {@link NotExecutedException} if no attempt can have had
   *     an effect, or another failure
   * @return says at any time why the last attempt failed; empty if none has
   */
  Supplier<Optional<String>> submit(
      CommandEnvelope envelope,
      Duration attempt,
      long deadlineNanos,
      BiConsumer<@Nullable Answered, @Nullable Throwable> result) {
    Sending sending = new Sending(envelope, attempt, deadlineNanos, result);
    sending.next();
    return sending::lastFailure;
  }

  /**
   * As {@link #submit}, and gives up as soon as nobody can have heard it for {@link #LASTING}: for
   * what is as well left unsaid.
   */
  void submitWhileHeard(
      CommandEnvelope envelope,
      Duration attempt,
      long deadlineNanos,
      BiConsumer<@Nullable Answered, @Nullable Throwable> result) {
    Sending sending = new Sending(envelope, attempt, deadlineNanos, result);
    sending.next();
    sending.look();
  }

  private final class Sending {
    private final CommandEnvelope envelope;
    private final Duration attempt;
    private final long deadlineNanos;
    private final long firstSentNanos = environment.nanoTime();
    private final BiConsumer<@Nullable Answered, @Nullable Throwable> result;
    private boolean mayHaveRun;
    private boolean over;
    private @Nullable Throwable last;

    Sending(
        CommandEnvelope envelope,
        Duration attempt,
        long deadlineNanos,
        BiConsumer<@Nullable Answered, @Nullable Throwable> result) {
      this.envelope = envelope;
      this.attempt = attempt;
      this.deadlineNanos = deadlineNanos;
      this.result = result;
    }

    void next() {
      if (over) {
        return;
      }
      long left = deadlineNanos - environment.nanoTime();
      if (left <= 0) {
        end(null, unanswered(lastFailure().orElse("there was no time left")));
        return;
      }
      Duration timeout = Duration.ofNanos(Math.min(left, attempt.toNanos()));
      port.submit(envelope, timeout)
          .whenComplete((answer, failure) -> queue.execute(() -> came(answer, failure)));
    }

    void look() {
      if (over) {
        return;
      }
      Duration unheard = port.unheardFor();
      if (unheard.compareTo(LASTING) >= 0) {
        // What was sent may still lie at one who keeps it until there is a majority again.
        mayHaveRun = true;
        end(null, unanswered("no majority of the voters is in reach"));
        return;
      }
      environment.schedule(LOOK, () -> queue.execute(this::look));
    }

    private void end(@Nullable Answered answered, @Nullable Throwable failure) {
      over = true;
      result.accept(answered, failure);
    }

    private void came(@Nullable CommandAnswer answer, @Nullable Throwable failure) {
      if (over) {
        return;
      }
      if (answer != null) {
        end(new Answered(answer, firstSentNanos), null);
        return;
      }
      last = failure instanceof CompletionException ? failure.getCause() : failure;
      if (last instanceof OutcomeUnknownException) {
        mayHaveRun = true;
      } else if (!(last instanceof NotExecutedException)) {
        end(null, last == null ? new IllegalStateException("no answer") : last);
        return;
      }
      log.debug(
          "command not answered, command={} reason={}", envelope.command(), last.getMessage());
      long pause = PAUSE.toNanos() + environment.random().nextLong(PAUSE.toNanos());
      environment.schedule(Duration.ofNanos(pause), () -> queue.execute(this::next));
    }

    private Optional<String> lastFailure() {
      return last instanceof OrbitException orbit
          ? Optional.of(orbit.description())
          : Optional.empty();
    }

    private OrbitException unanswered(String reason) {
      return mayHaveRun
          ? new OutcomeUnknownException(ErrorCode.DEADLINE_DURING_EXECUTION, reason, last)
          : new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, reason, last);
    }
  }
}
