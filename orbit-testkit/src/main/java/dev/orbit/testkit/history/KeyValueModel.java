package dev.orbit.testkit.history;

import java.util.Optional;

/**
 * A map of texts in which every key holds the empty text in the beginning. Keys are checked apart.
 */
public final class KeyValueModel
    implements SequentialModel<String, KeyValueModel.Call, KeyValueModel.Answer> {
  /** What the map can be asked. */
  public sealed interface Call {
    /** The key that the call is about. */
    String key();

    /** What does the key hold? */
    record Get(String key) implements Call {}

    /** Hold this. */
    record Put(String key, String value) implements Call {}

    /** Hold this behind what you hold. */
    record Append(String key, String value) implements Call {}
  }

  /** What the map answers. */
  public sealed interface Answer {
    /** To a get: what the key holds. */
    record Value(String value) implements Answer {}

    /** To a put or an append. */
    record Done() implements Answer {}
  }

  @Override
  public String initial() {
    return "";
  }

  @Override
  public Optional<String> step(String state, Call input, Answer output) {
    boolean possible =
        switch (input) {
          case Call.Get(String _) ->
              output instanceof Answer.Value(String value) && value.equals(state);
          case Call.Put(String _, String _), Call.Append(String _, String _) ->
              output instanceof Answer.Done;
        };
    return possible ? Optional.of(unseen(state, input)) : Optional.empty();
  }

  @Override
  public String unseen(String state, Call input) {
    return switch (input) {
      case Call.Get(String _) -> state;
      case Call.Put(String _, String value) -> value;
      case Call.Append(String _, String value) -> state + value;
    };
  }

  @Override
  public Object part(Call input) {
    return input.key();
  }
}
