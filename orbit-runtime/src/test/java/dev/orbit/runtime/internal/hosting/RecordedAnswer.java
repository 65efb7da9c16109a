package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers how a call was answered, and whether more than once. */
final class RecordedAnswer implements Answer {
  private final List<Object> answers = new ArrayList<>();

  @Override
  public void returned(@Nullable Object value) {
    answers.add(value == null ? "nothing" : value);
  }

  @Override
  public void threw(Throwable failure) {
    answers.add(failure);
  }

  @Override
  public void refused(OrbitException reason) {
    answers.add(reason.code());
    messages.add(reason.getMessage());
    if (reason instanceof OverloadedException overloaded) {
      retryAfter = overloaded.retryAfter().orElseThrow();
    }
  }

  private final List<String> messages = new ArrayList<>();
  private Duration retryAfter = Duration.ZERO;

  /** When the last refusal for want of room said that there should be some. */
  Duration retryAfter() {
    return retryAfter;
  }

  /** All answers: values, what was thrown, and codes of refusals. */
  List<Object> all() {
    return List.copyOf(answers);
  }

  String message() {
    return messages.getLast();
  }

  boolean wasRefusedWith(ErrorCode code) {
    return answers.equals(List.of(code));
  }
}
