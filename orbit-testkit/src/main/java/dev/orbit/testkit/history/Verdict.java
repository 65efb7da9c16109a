package dev.orbit.testkit.history;

import java.util.List;

/**
 * What a check found.
 *
 * @param <S> the state of the model
 * @param <I> what was asked
 * @param <O> what was answered
 */
public sealed interface Verdict<S, I, O> {
  /** There is an order that explains every answer. */
  record Linearizable<S, I, O>() implements Verdict<S, I, O> {}

  /**
   * No order explains every answer.
   *
   * @param part what the calls were about
   * @param explained the longest row of calls that could be explained, in an order that explains
   *     them
   * @param state the state after them
   * @param unexplained the call whose answer, or that of one overlapping it, fits nowhere after
   *     them
   */
  record NotLinearizable<S, I, O>(
      Object part, List<Operation<I, O>> explained, S state, Operation<I, O> unexplained)
      implements Verdict<S, I, O> {
    private static final int SHOWN = 10;

    public NotLinearizable {
      explained = List.copyOf(explained);
    }

    /** The state, the last calls that were explained, and the one that was not. */
    @Override
    public String toString() {
      List<Operation<I, O>> last =
          explained.subList(Math.max(0, explained.size() - SHOWN), explained.size());
      return "not linearizable in part '%s': after %d explained calls, the last %s, the state is %s, and %s fits nowhere"
          .formatted(part, explained.size(), last, state, unexplained);
    }
  }

  /**
   * The bound of time or memory was reached before an answer was found.
   *
   * @param part what the calls were about
   * @param reason which bound
   */
  record Undecided<S, I, O>(Object part, String reason) implements Verdict<S, I, O> {}
}
