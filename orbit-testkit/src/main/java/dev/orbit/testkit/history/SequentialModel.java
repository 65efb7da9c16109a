package dev.orbit.testkit.history;

import java.util.Optional;

/**
 * How something behaves when it is called by one caller at a time.
 *
 * @param <S> its state: immutable, with {@code equals} and {@code hashCode} by value
 * @param <I> what it can be asked; where two are equal, they do the same in every state
 * @param <O> what it can answer
 */
public interface SequentialModel<S, I, O> {
  /** The state before the first call. */
  S initial();

  /**
   * The state after {@code input} was answered by {@code output}; empty if that answer is
   * impossible in {@code state}.
   */
  Optional<S> step(S state, I input, O output);

  /** The state after {@code input} took effect and nobody saw the answer. */
  S unseen(S state, I input);

  /**
   * What part of the whole a call touches, as a key of a map. Parts are checked apart, which makes
   * checking very much faster; by default there is one.
   */
  default Object part(I input) {
    return "";
  }
}
