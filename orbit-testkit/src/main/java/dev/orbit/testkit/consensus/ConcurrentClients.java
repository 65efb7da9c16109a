package dev.orbit.testkit.consensus;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.testkit.history.HistoryRecorder;
import dev.orbit.testkit.history.KeyValueModel;
import dev.orbit.testkit.history.KeyValueModel.Answer;
import dev.orbit.testkit.history.KeyValueModel.Call;
import dev.orbit.testkit.history.Linearizability;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Clients that read and write a replicated map at the same time, each by the voters in turn, and
 * the history of what they saw. Used by one thread.
 */
final class ConcurrentClients {
  private static final List<String> KEYS = List.of("a", "b");
  private static final int LEAST_ANSWERED = 100;

  private final GroupUnderTest<TextMap> group;
  private final int clients;
  private final HistoryRecorder<Call, Answer> history = new HistoryRecorder<>();
  private final AtomicInteger calls = new AtomicInteger();

  ConcurrentClients(GroupUnderTest<TextMap> group, int clients) {
    this.group = group;
    this.clients = clients;
  }

  /**
   * Each client makes that many calls, one after the other, while something happens; returns when
   * all have ended.
   */
  void callWhile(int each, Runnable happening) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> running =
          IntStream.range(0, clients)
              .mapToObj(client -> threads.submit(() -> callOften(client, each)))
              .toList();
      happening.run();
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException e) {
      throw new AssertionError("a client failed", e.getCause());
    }
  }

  private void callOften(int client, int times) {
    for (int i = 0; i < times; i++) {
      int number = calls.incrementAndGet();
      String key = KEYS.get(number % KEYS.size());
      Call call =
          switch (number % 5) {
            case 0, 1 -> new Call.Get(key);
            case 2 -> new Call.Put(key, number + ",");
            default -> new Call.Append(key, number + ",");
          };
      try {
        history.call(client, call, () -> submit(client + number, call));
      } catch (OrbitException e) {
        // Its class says what the history may assume of the call.
      }
    }
  }

  private Answer submit(int first, Call call) {
    List<String> voters = group.voters();
    Optional<ConsensusEngine> engine =
        IntStream.range(0, voters.size())
            .mapToObj(i -> group.running(voters.get((first + i) % voters.size())))
            .flatMap(Optional::stream)
            .findFirst();
    if (engine.isEmpty()) {
      throw new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "no voter runs");
    }
    try {
      return TextMap.answer(
          call, engine.get().submit(TextMap.command(call)).toCompletableFuture().join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof OrbitException orbit ? orbit : e;
    }
  }

  void assertLinearizable() {
    long answered = history.history().stream().filter(call -> call.output().isPresent()).count();
    if (answered < LEAST_ANSWERED) {
      throw new AssertionError(
          "only %d of %d calls were answered: that proves nothing"
              .formatted(answered, calls.get()));
    }
    Linearizability.assertLinearizable(new KeyValueModel(), history.history());
  }
}
