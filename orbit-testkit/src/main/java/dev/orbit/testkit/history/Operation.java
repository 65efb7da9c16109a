package dev.orbit.testkit.history;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call and its answer. Times are of any clock that all operations of a history share; of equal
 * times the beginning counts as the earlier, so that both calls are taken to have overlapped.
 *
 * @param client who called
 * @param input what was asked
 * @param outcome what was answered
 * @param began when the call was made
 */
public record Operation<I, O>(int client, I input, Outcome<O> outcome, long began) {
  /**
   * How a call ended.
   *
   * @param <O> the type of answers
   */
  public sealed interface Outcome<O> {
    /**
     * With an answer.
     *
     * @param at when it came
     */
    record Answered<O>(O output, long at) implements Outcome<O> {}

    /** Nobody knows: it may have happened, later than it began, or not. */
    record Unknown<O>() implements Outcome<O> {}
  }

  public Operation {
    if (outcome instanceof Outcome.Answered<O>(O _, long at) && at < began) {
      throw new IllegalArgumentException(
          "an answer at %d to what began at %d".formatted(at, began));
    }
  }

  /** A call that was answered. */
  public static <I, O> Operation<I, O> answered(
      int client, I input, O output, long began, long ended) {
    return new Operation<>(client, input, new Outcome.Answered<>(output, ended), began);
  }

  /** A call whose outcome is not known. */
  public static <I, O> Operation<I, O> unknown(int client, I input, long began) {
    return new Operation<>(client, input, new Outcome.Unknown<>(), began);
  }

  /** The answer, if there was one. */
  public Optional<O> output() {
    return outcome instanceof Outcome.Answered<O>(O output, long _)
        ? Optional.of(output)
        : Optional.empty();
  }

  /** When it ended; {@code Long.MAX_VALUE} when nobody knows. */
  long ended() {
    return outcome instanceof Outcome.Answered<O>(O _, long at) ? at : Long.MAX_VALUE;
  }

  @Override
  public String toString() {
    @Nullable O output = output().orElse(null);
    return "[%d] %s -> %s".formatted(client, input, output == null ? "?" : output);
  }
}
