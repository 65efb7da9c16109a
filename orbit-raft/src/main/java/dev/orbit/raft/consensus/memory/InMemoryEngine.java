package dev.orbit.raft.consensus.memory;

import dev.orbit.api.env.Cancellable;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One voter of a group in memory. Its package-private members belong to the group's queue. */
final class InMemoryEngine implements ConsensusEngine {
  private static final Logger log = LoggerFactory.getLogger(InMemoryEngine.class);

  final String name;
  boolean connected = true;
  long applied;

  private final InMemoryConsensus group;
  private final List<Consumer<Leadership>> listeners = new CopyOnWriteArrayList<>();
  private @Nullable ReplicatedStateMachine stateMachine;
  private boolean stopped;
  private volatile Leadership leadership = Leadership.NONE;
  private volatile @Nullable String failure;
  private volatile boolean closed;

  InMemoryEngine(InMemoryConsensus group, String name) {
    this.group = group;
    this.name = name;
  }

  @Override
  public void start(ReplicatedStateMachine machine) {
    group
        .queue()
        .execute(
            () -> {
              if (stateMachine != null) {
                throw new IllegalStateException("voter %s was started twice".formatted(name));
              }
              stateMachine = machine;
              group.started(this);
            });
  }

  @Override
  public CompletionStage<byte[]> submit(byte[] command) {
    InMemoryRequest request = new InMemoryRequest(this, command.clone());
    group.queue().execute(() -> request.begin(group));
    return request.result();
  }

  @Override
  public Leadership leadership() {
    return leadership;
  }

  @Override
  public Cancellable onLeadership(Consumer<Leadership> listener) {
    // A list removes by equality, and the same listener may have been given twice.
    Consumer<Leadership> own = seen -> listener.accept(seen);
    group
        .queue()
        .execute(
            () -> {
              listeners.add(own);
              if (!leadership.equals(Leadership.NONE)) {
                own.accept(leadership);
              }
            });
    return () -> listeners.remove(own);
  }

  @Override
  public EngineHealth health() {
    String reason = failure;
    if (reason != null) {
      return new EngineHealth.Failed(reason);
    }
    if (closed) {
      return new EngineHealth.Failed("closed");
    }
    return leadership.leader().isPresent()
        ? new EngineHealth.Serving()
        : new EngineHealth.NoLeader();
  }

  @Override
  public void close() {
    closed = true;
    group.queue().execute(this::stop);
  }

  boolean isRunning() {
    return !stopped && failure == null && stateMachine != null;
  }

  ReplicatedStateMachine stateMachine() {
    if (stateMachine == null) {
      throw new IllegalStateException("voter %s was not started".formatted(name));
    }
    return stateMachine;
  }

  void stop() {
    closed = true;
    stopped = true;
    group.stopped(this);
  }

  void led(Leadership now) {
    if (now.equals(leadership)) {
      return;
    }
    leadership = now;
    listeners.forEach(listener -> listener.accept(now));
  }

  byte @Nullable [] apply(long index, byte[] command) {
    try {
      byte[] answer = stateMachine().apply(index, command.clone());
      applied = index;
      return answer;
    } catch (RuntimeException e) {
      fail("entry %d could not be applied: %s".formatted(index, e), e);
      return null;
    }
  }

  void restore(long index, byte[] snapshot) {
    try {
      stateMachine().restore(new ByteArrayInputStream(snapshot));
      applied = index;
    } catch (IOException | RuntimeException e) {
      fail("the snapshot of entry %d could not be restored: %s".formatted(index, e), e);
    }
  }

  private void fail(String reason, Exception cause) {
    log.error("voter stops for good, voter={} reason={}", name, reason, cause);
    failure = reason;
    group.stopped(this);
  }
}
