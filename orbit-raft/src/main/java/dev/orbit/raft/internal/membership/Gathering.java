package dev.orbit.raft.internal.membership;

import dev.orbit.api.env.Environment;
import dev.orbit.raft.consensus.ConsensusEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets commands that are in no hurry wait for each other, so that many of them cost one entry of
 * the log, one sync and one round to the followers. The first of a gathering says how long it
 * lasts: a fortieth of what the sender waits for its answer, and never more than {@link #LONGEST}.
 *
 * <p>A member counts its lease from when it sent a renewal, so what is waited here comes off the
 * lease: a gathering is short beside the third of a lease after which members renew. Thread-safe.
 */
final class Gathering {
  /** With 1,000 members of the default lease some 25 renewals come within it. */
  static final Duration LONGEST = Duration.ofMillis(50);

  private static final int PART_OF_TIMEOUT = 40;

  private record Waiting(byte[] command, CompletableFuture<byte[]> answer) {}

  private final Environment environment;
  private final ConsensusEngine engine;
  private List<Waiting> gathered = new ArrayList<>();

  Gathering(Environment environment, ConsensusEngine engine) {
    this.environment = environment;
    this.engine = engine;
  }

  /**
   * Submits the command soon, with all that come until then.
   *
   * @param timeout how long the sender waits for its answer
   * @return as {@link ConsensusEngine#submit}
   */
  CompletionStage<byte[]> submit(byte[] command, Duration timeout) {
    Waiting waiting = new Waiting(command, new CompletableFuture<>());
    boolean first;
    synchronized (this) {
      first = gathered.isEmpty();
      gathered.add(waiting);
    }
    if (first) {
      Duration part = timeout.dividedBy(PART_OF_TIMEOUT);
      environment.schedule(part.compareTo(LONGEST) < 0 ? part : LONGEST, this::submit);
    }
    return waiting.answer;
  }

  private void submit() {
    List<Waiting> all;
    synchronized (this) {
      all = gathered;
      gathered = new ArrayList<>();
    }
    List<CompletionStage<byte[]>> answers =
        engine.submitAll(all.stream().map(Waiting::command).toList());
    for (int i = 0; i < answers.size(); i++) {
      CompletableFuture<byte[]> answer = all.get(i).answer;
      answers
          .get(i)
          .whenComplete(
              (bytes, failure) -> {
                if (failure == null) {
                  answer.complete(bytes);
                } else {
                  answer.completeExceptionally(failure);
                }
              });
    }
  }
}
