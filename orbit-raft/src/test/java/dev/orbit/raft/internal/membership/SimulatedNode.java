package dev.orbit.raft.internal.membership;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.internal.cluster.ClusterCodec;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.ClusterStateMachine;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import dev.orbit.raft.internal.cluster.ViewDelta;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.cluster.ViewStep;
import dev.orbit.raft.internal.membership.SimulatedCluster.NodeLeaseState;
import dev.orbit.raft.internal.membership.SimulatedCluster.Plant;
import dev.orbit.raft.simulated.NodeTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One node of a {@link SimulatedCluster}, over all its lives. */
final class SimulatedNode {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);

  final String name;
  private final SimulatedCluster cluster;
  private final boolean votes;
  private NodeTime node;
  private ViewLog views = new ViewLog(ClusterView.empty("shop", 64));
  private @Nullable ConsensusEngine engine;
  private @Nullable ExpiryScan expiry;
  private MembershipAgent agent;
  private @Nullable HeldLease lease;
  private boolean cutOff;
  private boolean down;
  private ClusterView lastSeen = views.newest();

  SimulatedNode(SimulatedCluster cluster, String name, boolean votes) {
    this.cluster = cluster;
    this.name = name;
    this.votes = votes;
  }

  /** A new process. Its clock drifts as far as the margin allows for, either way. */
  void begin() {
    double bound = 0.095;
    double rate = cluster.random.nextBoolean() ? 1 + bound : 1 - bound;
    node = cluster.time.node(rate, cluster.random.nextLong());
    views = new ViewLog(ClusterView.empty("shop", 64));
    lastSeen = views.newest();
    down = false;
    if (votes) {
      engine = cluster.group.engine(name);
      expiry = new ExpiryScan(scanTime(), engine, Duration.ofSeconds(3));
      engine.start(planted(new VoterObserver(views, expiry)));
      views.onChange(() -> cluster.changed(views.newest()));
    } else {
      follow(views, node);
    }
    agent =
        new MembershipAgent(
            node, new NodeId(name, "shop"), cluster.settings(), this::submit, views, v -> {});
    LocalMembership membership = new LocalMembership(node, agent, views);
    membership.onView(this::seen);
    join();
  }

  void pauseFor(Duration duration) {
    if (down || cutOff || node.isPaused()) {
      return;
    }
    node.pause();
    cluster.group.disconnect(name);
    cluster.time.in(duration, this::endPause);
  }

  private void endPause() {
    if (node.isPaused()) {
      cluster.group.reconnect(name);
      node.resume();
    }
  }

  void cutOffFor(Duration duration) {
    if (down || cutOff || node.isPaused()) {
      return;
    }
    cutOff = true;
    cluster.group.disconnect(name);
    cluster.time.in(duration, this::endCut);
  }

  private void endCut() {
    if (cutOff) {
      cutOff = false;
      cluster.group.reconnect(name);
    }
  }

  void crashFor(Duration duration) {
    if (down || cutOff || node.isPaused()) {
      return;
    }
    down = true;
    node.kill();
    lease = null;
    cluster.died(name);
    if (engine != null) {
      engine.close();
    }
    cluster.time.in(duration, this::endCrash);
  }

  private void endCrash() {
    if (down) {
      begin();
    }
  }

  void leaveAndJoinAgain() {
    if (!down && !node.isPaused()) {
      ignore(agent.leave(Duration.ofSeconds(2)));
    }
  }

  void announce(NodeStatus status) {
    if (!down && !node.isPaused()) {
      ignore(agent.announce(status, Duration.ofSeconds(2)));
    }
  }

  void mend() {
    endPause();
    endCut();
    endCrash();
  }

  NodeLeaseState state() {
    HeldLease held = lease;
    return new NodeLeaseState(
        held != null && held.isHeld(), held == null ? null : held.member(), views.newest());
  }

  /** As a runtime does: whenever the lease is lost, the next life begins. */
  private void join() {
    MembershipAgent of = agent;
    CompletionStage<NodeLease> result =
        agent.join(
            new Endpoint("127.0.0.1", 7400),
            NodeCapabilities.NONE,
            cluster.drawsJoining() ? NodeStatus.JOINING : NodeStatus.ACTIVE,
            BOUND);
    result.whenComplete(
        (given, failure) -> {
          if (of != agent) {
            return;
          }
          if (given == null) {
            node.schedule(Duration.ofMillis(500), this::join);
          } else {
            joined(given);
          }
        });
  }

  private void joined(NodeLease given) {
    lease = (HeldLease) given;
    cluster.leaseGiven(lease);
    // As a node does that has joined without owning anything, once it is ready.
    node.schedule(Duration.ofMillis(50), () -> announce(NodeStatus.ACTIVE));
    given.onLost(this::join);
  }

  /**
   * Once a life has seen the view by which it joined, it sees each later one, or has lost its
   * lease.
   */
  private void seen(ClusterView view) {
    boolean gap = view.version() > lastSeen.version() + 1;
    HeldLease held = lease;
    if (gap && held != null && lastSeen.contains(held.member()) && held.isHeld()) {
      throw new AssertionError(
          "%s holds %s and saw view %d after view %d"
              .formatted(name, held.member(), view.version(), lastSeen.version()));
    }
    lastSeen = view;
  }

  private CompletionStage<CommandAnswer> submit(CommandEnvelope envelope, Duration timeout) {
    if (engine != null) {
      return countedFromTheAnswer(
          envelope, new EnginePort(node, engine, () -> Duration.ZERO).submit(envelope, timeout));
    }
    CompletableFuture<CommandAnswer> result = new CompletableFuture<>();
    node.schedule(
        timeout,
        () ->
            result.completeExceptionally(
                new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, "no answer in time")));
    SimulatedNode voter = cluster.nodes.get("v" + (1 + cluster.random.nextInt(5)));
    if (!cutOff) {
      travel(() -> voter.serve(envelope, timeout, result, this));
    }
    return countedFromTheAnswer(envelope, result);
  }

  private void serve(
      CommandEnvelope envelope,
      Duration timeout,
      CompletableFuture<CommandAnswer> result,
      SimulatedNode sender) {
    if (down || cutOff || engine == null) {
      return;
    }
    new EnginePort(node, engine, () -> Duration.ZERO)
        .submit(envelope, timeout)
        .whenComplete(
            (answer, failure) -> {
              if (answer != null) {
                travel(() -> sender.answered(result, answer));
              }
            });
  }

  private void answered(CompletableFuture<CommandAnswer> result, CommandAnswer answer) {
    if (!cutOff && !down) {
      node.virtualThreads().execute(() -> result.complete(answer));
    }
  }

  private void travel(Runnable message) {
    cluster.time.in(Duration.ofMillis(1 + cluster.random.nextInt(40)), message);
  }

  /** A node that does not vote asks some voter for what it has not seen. */
  private void follow(ViewLog mine, NodeTime life) {
    life.scheduleRepeatedly(
        POLL,
        () -> {
          SimulatedNode voter = cluster.nodes.get("v" + (1 + cluster.random.nextInt(5)));
          if (cutOff || voter.cutOff || voter.down || voter.node.isPaused()) {
            return;
          }
          Optional<ViewStep> step = voter.views.after(mine.newest().version());
          while (step.isPresent()) {
            switch (step.get()) {
              case ViewStep.Change(ViewDelta delta) -> mine.append(delta);
              case ViewStep.Jump(ClusterView view) -> mine.jump(view);
            }
            step = voter.views.after(mine.newest().version());
          }
        });
  }

  private Environment scanTime() {
    return cluster.plant == Plant.LEADER_CLOCK_OUT_OF_BOUNDS ? cluster.time.node(1.5, 0) : node;
  }

  private CompletionStage<CommandAnswer> countedFromTheAnswer(
      CommandEnvelope envelope, CompletionStage<CommandAnswer> answer) {
    if (cluster.plant == Plant.COUNTED_FROM_THE_ANSWER
        && envelope.command() instanceof ClusterCommand.Renew) {
      Duration held = cluster.settings().lease().minus(cluster.settings().margin());
      return answer.thenApply(
          given -> {
            HeldLease now = lease;
            if (given instanceof Accepted && now != null) {
              // What a slow answer shows best: the count begins long after the renewal was applied.
              now.extend(node.nanoTime() + held.toNanos() + Duration.ofMillis(1500).toNanos());
            }
            return given;
          });
    }
    return answer;
  }

  private ReplicatedStateMachine planted(ClusterStateMachine.Observer observer) {
    Map<NodeId, Long> renewals = new HashMap<>();
    ClusterStateMachine machine = new ClusterStateMachine(ClusterView.empty("shop", 64), observer);
    if (cluster.plant != Plant.OVERTAKEN_EXPIRY_ACCEPTED) {
      return machine;
    }
    return new ReplicatedStateMachine() {
      @Override
      public byte[] apply(long index, byte[] command) {
        CommandEnvelope envelope = ClusterCodec.envelope(command);
        byte[] applied = command;
        switch (envelope.command()) {
          case ClusterCommand.Join join -> renewals.put(join.node(), index);
          case ClusterCommand.Renew renew -> renewals.put(renew.member().node(), index);
          case ClusterCommand.Expire expire ->
              applied =
                  ClusterCodec.bytes(
                      CommandEnvelope.repeatable(
                          new ClusterCommand.Expire(
                              expire.member(),
                              renewals.getOrDefault(
                                  expire.member().node(), expire.lastRenewal()))));
          case ClusterCommand.Announce announce -> {}
          case ClusterCommand.Leave leave -> {}
          case ClusterCommand.Barrier barrier -> {}
        }
        return machine.apply(index, applied);
      }

      @Override
      public void snapshot(OutputStream out) throws IOException {
        machine.snapshot(out);
      }

      @Override
      public void restore(InputStream in) throws IOException {
        machine.restore(in);
      }
    };
  }

  private static void ignore(CompletableFuture<Long> result) {
    var _ = result.exceptionally(failure -> 0L);
  }
}
