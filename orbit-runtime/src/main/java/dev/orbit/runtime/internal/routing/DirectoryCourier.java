package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.directory.Courier;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the directory's questions over the transport. Thread-safe.
 *
 * <p>Answers with entries are handed to a virtual thread: to take a thousand of them in is too much
 * for the thread that reads the network.
 */
final class DirectoryCourier implements Courier {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryCourier.class);

  /** Longer than the other end puts off a question of a view that it has not applied. */
  private static final long TIMEOUT_MICROS = TimeUnit.SECONDS.toMicros(8);

  private final Environment environment;
  private final Detours detours;

  DirectoryCourier(Environment environment, Detours detours) {
    this.environment = environment;
    this.detours = detours;
  }

  @Override
  public void ask(MemberId to, long viewVersion, Content content, Question question) {
    Headers headers =
        Headers.NONE.withRemainingMicros(TIMEOUT_MICROS).withTarget(viewVersion, to.incarnation());
    Message message =
        new Message(0, null, new Target.Unicast(to.node()), content, 0, headers, null);
    var _ =
        detours
            .request(to.node(), message)
            .whenComplete((answer, failure) -> settle(to, content, question, answer, failure));
  }

  private void settle(
      MemberId to,
      Content content,
      Question question,
      @Nullable Message answer,
      @Nullable Throwable failure) {
    if (answer == null) {
      LOG.debug(
          "event=directory-unanswered member={} question={} reason={}",
          to,
          content,
          String.valueOf(failure));
      question.failed();
    } else if (answer.content() instanceof Content.EntriesResponse) {
      environment.virtualThreads().execute(() -> answered(to, question, answer.content()));
    } else {
      answered(to, question, answer.content());
    }
  }

  /** Nobody waits for what this throws: it would be lost. */
  private static void answered(MemberId from, Question question, Content answer) {
    try {
      question.answered(answer);
    } catch (RuntimeException e) {
      LOG.error("event=directory-answer-failed member={} answer={}", from, answer, e);
    }
  }
}
