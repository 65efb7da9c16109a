package dev.orbit.testkit.state;

import dev.orbit.api.state.Fence;
import dev.orbit.testkit.history.SequentialModel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one key of a store behaves when it is used by one caller at a time. Values are numbers; null
 * is a cleared one.
 */
final class StoreModel
    implements SequentialModel<StoreModel.Row, StoreModel.Call, StoreModel.Answer> {

  /** What is stored, and who claimed it last; a fence of null is nobody's. */
  record Row(long version, @Nullable Integer value, @Nullable Fence fence) {
    static final Row ABSENT = new Row(0, null, null);

    boolean admits(Fence by) {
      return fence == null || fence.compareTo(by) <= 0;
    }
  }

  /** What a key can be asked. */
  sealed interface Call {
    String key();

    Fence fence();

    record Claim(String key, Fence fence) implements Call {}

    record Write(String key, Fence fence, long expectedVersion, @Nullable Integer value)
        implements Call {}
  }

  /** What it answers. */
  sealed interface Answer {
    record Stored(long version, @Nullable Integer value) implements Answer {}

    record Written(long version) implements Answer {}

    record Fenced() implements Answer {}

    record Conflict() implements Answer {}
  }

  @Override
  public Object part(Call input) {
    return input.key();
  }

  @Override
  public Row initial() {
    return Row.ABSENT;
  }

  /** The only answer that is right. */
  Answer answer(Row row, Call call) {
    if (!row.admits(call.fence())) {
      return new Answer.Fenced();
    }
    return switch (call) {
      case Call.Claim _ -> new Answer.Stored(row.version(), row.value());
      case Call.Write write ->
          write.expectedVersion() == row.version()
              ? new Answer.Written(row.version() + 1)
              : new Answer.Conflict();
    };
  }

  @Override
  public Optional<Row> step(Row row, Call input, Answer output) {
    return answer(row, input).equals(output) ? Optional.of(unseen(row, input)) : Optional.empty();
  }

  @Override
  public Row unseen(Row row, Call input) {
    return switch (answer(row, input)) {
      case Answer.Fenced(), Answer.Conflict() -> row;
      case Answer.Stored _ -> new Row(row.version(), row.value(), input.fence());
      case Answer.Written(long version) ->
          new Row(version, ((Call.Write) input).value(), input.fence());
    };
  }
}
