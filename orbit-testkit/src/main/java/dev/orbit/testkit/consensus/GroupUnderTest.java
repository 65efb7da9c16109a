package dev.orbit.testkit.consensus;

import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A group and the state machines of its voters: what tests of an engine say of it reads as a story.
 *
 * <p>Used by one thread, except for {@link #engine} and {@link #machine}.
 *
 * @param <M> what is replicated
 */
public final class GroupUnderTest<M extends ReplicatedStateMachine> implements AutoCloseable {
  /** Longer than any election and any restart. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration POLL = Duration.ofMillis(10);

  private final EngineGroup group;
  private final Supplier<M> machines;
  private final Map<String, ConsensusEngine> running = new ConcurrentHashMap<>();
  private final Map<String, M> machine = new ConcurrentHashMap<>();

  /** A group of which no voter runs. */
  public GroupUnderTest(EngineGroup group, Supplier<M> machines) {
    this.group = group;
    this.machines = machines;
  }

  /** Starts every voter that does not run. */
  public GroupUnderTest<M> startAll() {
    voters().stream().filter(voter -> !running.containsKey(voter)).toList().forEach(this::start);
    return this;
  }

  /** Starts a voter on what it left behind. */
  public void start(String voter) {
    M fresh = machines.get();
    group.start(voter, fresh);
    machine.put(voter, fresh);
    running.put(voter, group.engine(voter));
  }

  /** Ends a voter without giving it time for anything. */
  public void kill(String voter) {
    running.remove(voter);
    group.kill(voter);
  }

  /** Ends all voters that run, one right after the other. */
  public void killAll() {
    List.copyOf(running.keySet()).forEach(this::kill);
  }

  /** The ids of all voters, running or not. */
  public List<String> voters() {
    return group.voters();
  }

  /** All voters but one. */
  public List<String> others(String voter) {
    List<String> others = new ArrayList<>(voters());
    others.remove(voter);
    return others;
  }

  /** The engine of a voter that runs. */
  public ConsensusEngine engine(String voter) {
    return running(voter)
        .orElseThrow(() -> new IllegalStateException("voter %s does not run".formatted(voter)));
  }

  /** The engine of a voter; empty if it does not run. */
  public Optional<ConsensusEngine> running(String voter) {
    return Optional.ofNullable(running.get(voter));
  }

  /** The state machine of a voter's present or last run. */
  public M machine(String voter) {
    M found = machine.get(voter);
    if (found == null) {
      throw new IllegalStateException("voter %s never ran".formatted(voter));
    }
    return found;
  }

  /** Submits and does not wait. */
  public CompletableFuture<String> submitted(String voter, String command) {
    return engine(voter)
        .submit(command.getBytes(StandardCharsets.UTF_8))
        .toCompletableFuture()
        .thenApply(answer -> new String(answer, StandardCharsets.UTF_8));
  }

  /** Submits and waits for the answer. */
  public String submit(String voter, String command) {
    return submitted(voter, command).join();
  }

  /** Waits until all running voters agree on a leader that runs, and names it. */
  public String leader() {
    until(
        () -> agreed().isPresent(),
        "no leader on which all of %s agree".formatted(running.keySet()));
    return agreed().orElseThrow();
  }

  private Optional<String> agreed() {
    List<Optional<String>> said =
        running.values().stream().map(engine -> engine.leadership().leader()).distinct().toList();
    return said.size() == 1 ? said.getFirst().filter(running::containsKey) : Optional.empty();
  }

  /** Has a voter replace the beginning of its log by a snapshot. */
  public CompletableFuture<?> compact(String voter) {
    return group.compact(voter).toCompletableFuture();
  }

  /** Waits for something; it is an error if that takes longer than {@link #PATIENCE}. */
  public static void until(BooleanSupplier condition, String complaint) {
    try {
      Awaitility.await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL)
          .atMost(PATIENCE)
          .until(condition::getAsBoolean);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(complaint + " after " + PATIENCE, e);
    }
  }

  /** Ends all voters and removes what they kept. */
  @Override
  public void close() {
    running.clear();
    group.close();
  }
}
