package dev.orbit.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.testkit.history.KeyValueModel.Answer;
import dev.orbit.testkit.history.KeyValueModel.Call;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HistoryRecorderTest {
  private final HistoryRecorder<Call, Answer> recorder = new HistoryRecorder<>();

  @Test
  void notesWhatWasAnsweredAndWhatNobodyKnowsAndNotWhatDidNotHappen() {
    recorder.call(1, new Call.Put("k", "a"), Answer.Done::new);
    assertThatThrownBy(
            () ->
                recorder.call(
                    1,
                    new Call.Put("k", "b"),
                    () -> {
                      throw new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, "gone");
                    }))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(
            () ->
                recorder.call(
                    1,
                    new Call.Put("k", "c"),
                    () -> {
                      throw new NotExecutedException(ErrorCode.OVERLOADED, "full");
                    }))
        .isInstanceOf(NotExecutedException.class);

    List<Operation<Call, Answer>> history = recorder.history();

    assertThat(history)
        .extracting(Operation::input)
        .containsExactly(new Call.Put("k", "a"), new Call.Put("k", "b"));
    assertThat(history.getFirst().output()).contains(new Answer.Done());
    assertThat(history.getLast().output()).isEmpty();
  }

  @Test
  void whatManyThreadsDidToAnAtomicReferenceIsLinearizable() {
    AtomicReference<String> value = new AtomicReference<>("");

    hammer(value::get, value::set);

    Linearizability.assertLinearizable(new KeyValueModel(), recorder.history());
    assertThat(recorder.history()).hasSize(400);
  }

  @Test
  void whatManyThreadsDidToAStaleCacheIsNot() {
    AtomicReference<String> value = new AtomicReference<>("");
    AtomicReference<String> stale = new AtomicReference<>("");

    hammer(stale::get, next -> stale.set(value.getAndSet(next)));

    assertThatThrownBy(
            () -> Linearizability.assertLinearizable(new KeyValueModel(), recorder.history()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("not linearizable");
  }

  private void hammer(Supplier<String> reader, Consumer<String> writer) {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < 4; client++) {
        int id = client;
        clients.execute(() -> run(id, reader, writer));
      }
    }
  }

  private void run(int client, Supplier<String> reader, Consumer<String> writer) {
    for (int i = 0; i < 50; i++) {
      String next = client + "-" + i;
      recorder.call(
          client,
          new Call.Put("k", next),
          () -> {
            writer.accept(next);
            return new Answer.Done();
          });
      recorder.call(client, new Call.Get("k"), () -> new Answer.Value(reader.get()));
    }
  }
}
