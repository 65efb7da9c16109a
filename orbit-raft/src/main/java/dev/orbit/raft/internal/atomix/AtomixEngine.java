package dev.orbit.raft.internal.atomix;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.internal.grpc.RaftRpc;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A voter on Atomix Raft, behind the guards that this package is about. It is started once and
 * closed once; where it must not go on, it stops by itself and says why in {@link #health}.
 *
 * <p>Thread-safe. Atomix logs ordinary absences of peers as warnings: set the level of {@code
 * io.atomix} to error.
 */
public final class AtomixEngine implements ConsensusEngine {
  private static final Logger log = LoggerFactory.getLogger(AtomixEngine.class);

  private final Environment environment;
  private final EngineConfig config;
  private final RaftRpc rpc;
  private final LeadershipFeed leadership;
  private volatile @Nullable Voter voter;
  private boolean closed;
  private volatile @Nullable String failure;

  /**
   * A voter that has not been started.
   *
   * @param rpc the line to the peers, its service already on a server; the engine starts and closes
   *     it
   */
  public AtomixEngine(Environment environment, EngineConfig config, RaftRpc rpc) {
    this.environment = environment;
    this.config = config;
    this.rpc = rpc;
    this.leadership = new LeadershipFeed(environment.vitalThreads());
  }

  @Override
  public synchronized void start(ReplicatedStateMachine stateMachine) {
    if (voter != null || closed) {
      throw new IllegalStateException("an engine is started once");
    }
    voter = Voter.start(environment, config, rpc, stateMachine, new Upwards(this));
    log.info("voter={} group={} started", config.self(), config.group());
  }

  /** What a voter tells its engine. */
  record Upwards(AtomixEngine engine) implements Voter.Owner {
    @Override
    public void leadership(Leadership now) {
      engine.lead(now);
    }

    @Override
    public void failed(String reason, @Nullable Throwable cause) {
      engine.fail(reason, cause);
    }
  }

  private void lead(Leadership now) {
    if (failure == null && leadership.update(now)) {
      log.info(
          "voter={} group={} term={} leader={}",
          config.self(),
          config.group(),
          now.term(),
          now.leader().orElse("none"));
    }
  }

  private void fail(String reason, @Nullable Throwable cause) {
    synchronized (leadership) {
      if (failure != null) {
        return;
      }
      failure = reason;
    }
    log.error("voter={} group={} stops for good: {}", config.self(), config.group(), reason, cause);
    leadership.update(new Leadership(leadership.current().term(), Optional.empty(), false));
    // The thread that noticed may be one of those that must end.
    environment.virtualThreads().execute(() -> stop("it failed: " + reason));
  }

  @Override
  public CompletionStage<byte[]> submit(byte[] command) {
    return submitAll(List.of(command)).getFirst();
  }

  @Override
  public List<CompletionStage<byte[]>> submitAll(List<byte[]> commands) {
    Voter running;
    synchronized (this) {
      running = voter;
    }
    if (running != null) {
      return running.submit(commands);
    }
    CompletionStage<byte[]> refused =
        CompletableFuture.failedFuture(
            new NotExecutedException(
                ErrorCode.SHUTTING_DOWN,
                "voter %s of group '%s' is not running".formatted(config.self(), config.group())));
    return commands.stream().map(command -> refused).toList();
  }

  @Override
  public Leadership leadership() {
    return leadership.current();
  }

  @Override
  public Cancellable onLeadership(Consumer<Leadership> listener) {
    return leadership.listen(listener);
  }

  @Override
  public EngineHealth health() {
    String reason = failure;
    if (reason != null) {
      return new EngineHealth.Failed(reason);
    }
    Voter running = voter;
    Optional<String> waits = running == null ? Optional.empty() : running.waitsFor();
    if (waits.isPresent()) {
      return new EngineHealth.Waiting(waits.get());
    }
    return leadership.current().leader().isPresent()
        ? new EngineHealth.Serving()
        : new EngineHealth.NoLeader();
  }

  /**
   * From now on that peer is to be found there.
   *
   * @throws dev.orbit.api.error.ConfigurationException if it is no peer of this voter
   */
  public void setPeer(String voterId, Endpoint endpoint) {
    rpc.setPeer(voterId, endpoint);
  }

  /**
   * Takes a snapshot and gives back the log that it replaces, instead of waiting until this happens
   * by itself. It takes some ten seconds, in which commands go on.
   */
  public CompletionStage<Void> compact() {
    Voter running;
    synchronized (this) {
      running = voter;
    }
    if (running == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("the engine is not running"));
    }
    return running.compact();
  }

  private void stop(String reason) {
    Voter running;
    synchronized (this) {
      closed = true;
      running = voter;
    }
    if (running != null) {
      running.close(reason);
    } else {
      rpc.close();
    }
  }

  @Override
  public void close() {
    stop("it was closed");
    if (failure == null) {
      leadership.update(new Leadership(leadership.current().term(), Optional.empty(), false));
    }
  }
}
