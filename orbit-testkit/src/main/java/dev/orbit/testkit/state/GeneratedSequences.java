package dev.orbit.testkit.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateStore;
import dev.orbit.testkit.history.HistoryRecorder;
import dev.orbit.testkit.history.Linearizability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Generated operations on a store, compared with {@link StoreModel}. */
final class GeneratedSequences {
  private static final int KEYS = 3;
  private static final int ATTEMPTS = 20;

  private final StoreModel model = new StoreModel();
  private final StateStoreFixture fixture;

  GeneratedSequences(StateStoreFixture fixture) {
    this.fixture = fixture;
  }

  /** One caller that changes between the two stores: every answer is the model's. */
  void oneByOne(long seed, int operations) {
    Random random = new Random(seed);
    Map<String, StoreModel.Row> rows = new HashMap<>();
    List<String> done = new ArrayList<>();
    for (int i = 0; i < operations; i++) {
      String key = "one-" + seed + "-" + random.nextInt(KEYS);
      StoreModel.Row row = rows.getOrDefault(key, model.initial());
      StoreModel.Call call = StoreCalls.draw(random, key, row);
      StateStore store = random.nextBoolean() ? fixture.store() : fixture.other();

      Optional<StoreModel.Answer> answer = StoreCalls.make(store, call);

      done.add(call + " -> " + answer);
      assertEquals(
          Optional.of(model.answer(row, call)),
          answer,
          () -> "seed %d, after %s".formatted(seed, done));
      rows.put(key, model.unseen(row, call));
    }
  }

  /**
   * Several callers at once while {@code meanwhile} runs: there is an order of all calls that
   * explains every answer.
   */
  void atOnce(long seed, int callers, int operations, Runnable meanwhile) throws Exception {
    HistoryRecorder<StoreModel.Call, StoreModel.Answer> history = new HistoryRecorder<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int c = 0; c < callers; c++) {
        int client = c;
        running.add(threads.submit(() -> call(history, seed, client, operations)));
      }
      meanwhile.run();
      for (Future<?> each : running) {
        finish(each);
      }
    }
    try {
      Linearizability.assertLinearizable(model, history.history());
    } catch (AssertionError e) {
      throw new AssertionError("seed %d: %s".formatted(seed, e.getMessage()), e);
    }
  }

  /** A caller believes what it saw last of each key; others prove it wrong now and then. */
  private void call(
      HistoryRecorder<StoreModel.Call, StoreModel.Answer> history,
      long seed,
      int client,
      int operations) {
    Random random = new Random(seed * 31 + client);
    StateStore store = client % 2 == 0 ? fixture.store() : fixture.other();
    Map<String, StoreModel.Row> believed = new HashMap<>();
    for (int i = 0; i < operations; i++) {
      String key = "many-" + seed + "-" + random.nextInt(KEYS);
      StoreModel.Row row = believed.getOrDefault(key, model.initial());
      StoreModel.Call call = StoreCalls.draw(random, key, row);
      Optional<StoreModel.Answer> answer = StoreCalls.makeNoted(history, client, store, call);
      believed.put(key, learned(row, call, answer));
    }
  }

  private StoreModel.Row learned(
      StoreModel.Row row, StoreModel.Call call, Optional<StoreModel.Answer> answer) {
    return switch (answer.orElse(null)) {
      case StoreModel.Answer.Stored(long version, Integer value) ->
          new StoreModel.Row(version, value, call.fence());
      case StoreModel.Answer.Written(long version) ->
          new StoreModel.Row(version, ((StoreModel.Call.Write) call).value(), call.fence());
      // Outranked or too late: come back as a later one, a little further on.
      case StoreModel.Answer.Fenced() ->
          new StoreModel.Row(
              row.version(),
              row.value(),
              new Fence(call.fence().view() + 1, call.fence().counter()));
      case StoreModel.Answer.Conflict() ->
          new StoreModel.Row(row.version() + 1, row.value(), row.fence());
      case null -> row;
    };
  }

  /**
   * What broke unseen may fail one operation each until it is found; the store must not stay
   * broken.
   */
  static void servesAgain(String name, StateStore store) {
    StoreModel model = new StoreModel();
    Fence fence = new Fence(9, 9);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      String key = "afterwards-%s-%d".formatted(name, attempt);
      StoreModel.Row row = model.initial();
      int served = 0;
      for (StoreModel.Call call :
          List.of(
              new StoreModel.Call.Claim(key, fence), new StoreModel.Call.Write(key, fence, 0, 1))) {
        Optional<StoreModel.Answer> answer = StoreCalls.make(store, call);
        if (answer.isPresent()) {
          assertEquals(model.answer(row, call), answer.get());
          served++;
        }
        row = model.unseen(row, call);
      }
      if (served == 2) {
        return;
      }
    }
    throw new AssertionError("the store does not serve after " + ATTEMPTS + " attempts");
  }

  private static void finish(Future<?> caller) throws InterruptedException {
    try {
      caller.get();
    } catch (ExecutionException e) {
      throw new AssertionError("a caller failed: " + e.getCause(), e.getCause());
    }
  }
}
