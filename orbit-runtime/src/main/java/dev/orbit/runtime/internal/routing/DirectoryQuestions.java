package dev.orbit.runtime.internal.routing;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.transport.ReplySink;
import java.util.Optional;

/** Brings the questions of other members to the directory of the present life. Thread-safe. */
final class DirectoryQuestions {
  private final Environment environment;
  private final Lives lives;

  DirectoryQuestions(Environment environment, Lives lives) {
    this.environment = environment;
    this.lives = lives;
  }

  void ask(Message message, Content.DirectoryRequest request, ReplySink replies) {
    Optional<Life> life = meant(message);
    if (life.isEmpty()) {
      replies.reply(message.id(), anotherLife(), null);
      return;
    }
    life.get()
        .directory()
        .request(
            request,
            message.headers().viewVersion(),
            answer -> replies.reply(message.id(), answer, null));
  }

  /** Looking for entries takes a walk through all activations: not on the reading thread. */
  void ask(Message message, Content.EntriesRequest request, ReplySink replies) {
    Optional<Life> life = meant(message);
    if (life.isEmpty()) {
      replies.reply(message.id(), anotherLife(), null);
      return;
    }
    environment
        .virtualThreads()
        .execute(
            () ->
                life.get()
                    .directory()
                    .entries(
                        request,
                        message.headers().viewVersion(),
                        answer -> replies.reply(message.id(), answer, null)));
  }

  private Optional<Life> meant(Message message) {
    long incarnation = message.headers().targetIncarnation();
    return lives
        .present()
        .filter(life -> incarnation == 0 || incarnation == life.member().incarnation());
  }

  private static Content anotherLife() {
    return new Content.Failure(
        "the life of this node that is meant is over, or has not begun",
        Optional.of(ErrorCode.NOT_OWNER));
  }
}
