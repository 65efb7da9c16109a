package dev.orbit.testkit.consensus;

import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.consensus.memory.InMemoryConsensus;
import dev.orbit.raft.consensus.memory.InMemoryOptions;
import dev.orbit.transport.env.SystemEnvironment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** The engine in memory under the contract, in real time and with messages that take some. */
class InMemoryEngineIT implements ConsensusEngineContract {
  @Override
  public EngineGroup group(int voters) {
    return new Group(voters);
  }

  private static final class Group implements EngineGroup {
    private final SystemEnvironment environment = new SystemEnvironment();
    private final List<String> voters;
    private final InMemoryConsensus group;
    private final Map<String, ConsensusEngine> running = new HashMap<>();

    Group(int count) {
      voters = IntStream.rangeClosed(1, count).mapToObj(i -> "n" + i).toList();
      group =
          new InMemoryConsensus(
              environment,
              new TreeSet<>(voters),
              InMemoryOptions.DEFAULT
                  .withTimeouts(Duration.ofSeconds(2), Duration.ofMillis(100))
                  .withDelays(Duration.ofNanos(1), Duration.ofMillis(2)));
    }

    @Override
    public List<String> voters() {
      return voters;
    }

    @Override
    public void start(String voter, ReplicatedStateMachine machine) {
      ConsensusEngine engine = group.engine(voter);
      engine.start(machine);
      running.put(voter, engine);
    }

    @Override
    public void kill(String voter) {
      ConsensusEngine engine = running.remove(voter);
      if (engine != null) {
        engine.close();
      }
    }

    @Override
    public ConsensusEngine engine(String voter) {
      ConsensusEngine engine = running.get(voter);
      if (engine == null) {
        throw new IllegalStateException(voter);
      }
      return engine;
    }

    /** It keeps nothing of the log that all have applied. */
    @Override
    public CompletionStage<?> compact(String voter) {
      return CompletableFuture.completedFuture(voter);
    }

    @Override
    public void close() {
      running.values().forEach(ConsensusEngine::close);
      environment.close();
    }
  }
}
