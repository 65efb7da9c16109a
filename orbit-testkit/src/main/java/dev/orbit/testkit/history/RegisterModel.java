package dev.orbit.testkit.history;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One register that holds a number or nothing, with compare-and-set. It is empty in the beginning.
 */
public final class RegisterModel
    implements SequentialModel<OptionalLong, RegisterModel.Call, RegisterModel.Answer> {
  /** What a register can be asked. */
  public sealed interface Call {
    /** What does it hold? */
    record Read() implements Call {}

    /** Hold this. */
    record Write(long value) implements Call {}

    /** If it holds {@code expected}, hold {@code next}. */
    record CompareAndSet(long expected, long next) implements Call {}
  }

  /** What a register answers. */
  public sealed interface Answer {
    /** To a read: what it holds. */
    record Value(OptionalLong value) implements Answer {}

    /** To a write. */
    record Written() implements Answer {}

    /** To a compare-and-set: whether it held what was expected. */
    record Swapped(boolean done) implements Answer {}
  }

  @Override
  public OptionalLong initial() {
    return OptionalLong.empty();
  }

  @Override
  public Optional<OptionalLong> step(OptionalLong state, Call input, Answer output) {
    boolean possible =
        switch (input) {
          case Call.Read() -> output.equals(new Answer.Value(state));
          case Call.Write(long _) -> output instanceof Answer.Written;
          case Call.CompareAndSet(long expected, long _) ->
              output.equals(new Answer.Swapped(state.equals(OptionalLong.of(expected))));
        };
    return possible ? Optional.of(unseen(state, input)) : Optional.empty();
  }

  @Override
  public OptionalLong unseen(OptionalLong state, Call input) {
    return switch (input) {
      case Call.Read() -> state;
      case Call.Write(long value) -> OptionalLong.of(value);
      case Call.CompareAndSet(long expected, long next) ->
          state.equals(OptionalLong.of(expected)) ? OptionalLong.of(next) : state;
    };
  }
}
