package dev.orbit.transport.internal;

import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The answers that one frame brings, on their way to callers. To wake a thread costs a loop much
 * more than it costs a virtual thread, which has the others run where it runs itself: so the loop
 * wakes one, and that the others. Only for the loop.
 */
final class Answers {
  private final Environment environment;
  private final List<Outgoing> answered = new ArrayList<>();

  Answers(Environment environment) {
    this.environment = environment;
  }

  /**
   * An answer has come. Who made a call is told when the frame has been read; what nodes ask each
   * other does not wait for processors that turns keep busy.
   */
  void came(Outgoing request, Message answer) {
    request.answeredBy(answer);
    switch (answer.content()) {
      case Content.InvocationResponse _, Content.InvocationError _ -> answered.add(request);
      default -> request.tell();
    }
  }

  /** The frame has been read. */
  void tellAll() {
    if (answered.size() == 1) {
      answered.getFirst().tell();
    } else if (!answered.isEmpty()) {
      List<Outgoing> told = List.copyOf(answered);
      environment.virtualThreads().execute(() -> told.forEach(Outgoing::tell));
    }
    answered.clear();
  }
}
