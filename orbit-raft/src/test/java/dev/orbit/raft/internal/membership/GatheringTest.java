package dev.orbit.raft.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import dev.orbit.raft.simulated.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GatheringTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final VirtualTime time = new VirtualTime(1);
  private final Together engine = new Together();
  private final Gathering gathering = new Gathering(time.node(), engine);

  @Test
  void whatComesWithinAGatheringIsSubmittedTogetherAndAnsweredEachForItself() {
    CompletableFuture<byte[]> first = submit(1, TIMEOUT);
    time.run(Gathering.LONGEST.minusMillis(2));
    CompletableFuture<byte[]> second = submit(2, TIMEOUT);
    assertThat(engine.submitted).isEmpty();

    time.run(Duration.ofMillis(4));

    assertThat(engine.submitted).hasSize(1);
    assertThat(engine.submitted.getFirst()).containsExactly(new byte[] {1}, new byte[] {2});
    engine.answers.get(1).complete(new byte[] {20});
    engine.answers.get(0).completeExceptionally(new IllegalStateException("on purpose"));
    assertThat(second.join()).containsExactly(20);
    assertThat(first).isCompletedExceptionally();
  }

  @Test
  void whatComesLaterBeginsAnotherGathering() {
    var _ = submit(1, TIMEOUT);
    time.run(Gathering.LONGEST.plusMillis(1));
    var _ = submit(2, TIMEOUT);
    time.run(Gathering.LONGEST.plusMillis(1));

    assertThat(engine.submitted).hasSize(2);
    assertThat(engine.submitted.getLast()).containsExactly(new byte[] {2});
  }

  @Test
  void whoWaitsShortlyIsNotKeptWaiting() {
    var _ = submit(1, Duration.ofMillis(200));

    time.run(Duration.ofMillis(6));

    assertThat(engine.submitted).hasSize(1);
  }

  @Test
  void aVoterGathersRenewalsAndNothingElse() {
    EnginePort port = new EnginePort(time.node(), engine, () -> Duration.ZERO);
    MemberId first = new MemberId(new NodeId("a", "shop"), 3);
    MemberId second = new MemberId(new NodeId("b", "shop"), 4);
    List.of(
            new ClusterCommand.Renew(first),
            new ClusterCommand.Leave(first),
            new ClusterCommand.Renew(second))
        .forEach(
            command -> {
              var _ = port.submit(CommandEnvelope.repeatable(command), TIMEOUT);
            });
    assertThat(engine.submitted).as("leaving waits for nobody").hasSize(1);

    time.run(Gathering.LONGEST.plusMillis(1));

    assertThat(engine.submitted).hasSize(2);
    assertThat(engine.submitted.getLast()).hasSize(2);
  }

  private CompletableFuture<byte[]> submit(int command, Duration timeout) {
    return gathering.submit(new byte[] {(byte) command}, timeout).toCompletableFuture();
  }

  /** Keeps what it is given, by gathering. */
  private static final class Together implements ConsensusEngine {
    final List<List<byte[]>> submitted = new ArrayList<>();
    final List<CompletableFuture<byte[]>> answers = new ArrayList<>();

    @Override
    public void start(ReplicatedStateMachine stateMachine) {}

    @Override
    public CompletionStage<byte[]> submit(byte[] command) {
      return submitAll(List.of(command)).getFirst();
    }

    @Override
    public List<CompletionStage<byte[]>> submitAll(List<byte[]> commands) {
      submitted.add(commands);
      List<CompletionStage<byte[]>> added = new ArrayList<>();
      for (byte[] _ : commands) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        answers.add(answer);
        added.add(answer);
      }
      return added;
    }

    @Override
    public Leadership leadership() {
      return Leadership.NONE;
    }

    @Override
    public Cancellable onLeadership(Consumer<Leadership> listener) {
      return () -> {};
    }

    @Override
    public EngineHealth health() {
      return new EngineHealth.Serving();
    }

    @Override
    public void close() {}
  }
}
