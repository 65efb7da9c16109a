package dev.orbit.raft.internal.atomix;

import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.internal.grpc.RaftRpc;
import dev.orbit.transport.env.SystemEnvironment;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.utils.concurrent.ThreadModel;
import io.atomix.utils.serializer.Namespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Atomix as voter n1 of three, alone, to be talked to with and without the guards. */
final class AtomixHarness implements AutoCloseable {
  private static final List<String> VOTERS = List.of("n1", "n2", "n3");

  final SystemEnvironment environment = new SystemEnvironment();
  final RpcProtocol protocol;
  final RaftContext raft;
  final DurabilityGate gate;
  volatile long snapshotIndex;

  AtomixHarness(Path directory, DurabilityGate.Sync sync) throws IOException {
    Endpoint nowhere = new Endpoint("127.0.0.1", 1);
    EngineConfig config =
        EngineConfig.builder(
                "holes", "n1", Map.of("n1", nowhere, "n2", nowhere, "n3", nowhere), directory)
            .build();
    gate = new DurabilityGate(environment, "n1", 0, sync, e -> {});
    protocol =
        new RpcProtocol(
            environment,
            config,
            new RaftRpc(environment, config),
            new RpcProtocol.Guards(
                gate,
                new VoteGuard(new StateFile(directory.resolve("vote"))),
                new PollGuard(Duration.ofMillis(100).toNanos()),
                ownLog(),
                new Pulses(environment, config, silent -> {}),
                reason -> {}));
    Namespace namespace = LogNamespace.create();
    Set<Long> sessions = ConcurrentHashMap.newKeySet();
    HostedType type = new HostedType(null, sessions, namespace);
    raft =
        new RaftContext(
            "holes",
            MemberId.from("n1"),
            new FixedMembership("n1"),
            protocol,
            RaftStorage.builder()
                .withPrefix("raft")
                .withDirectory(directory.toFile())
                .withNamespace(namespace)
                .withMaxEntrySize(64 << 10)
                .withMaxSegmentSize(1 << 20)
                .build(),
            type,
            ThreadModel.SHARED_THREAD_POOL.factory(
                "holes-%d", 1, LoggerFactory.getLogger(AtomixHarness.class)),
            true);
    raft.setElectionTimeout(Duration.ofMillis(100));
    raft.setHeartbeatInterval(Duration.ofMillis(50));
  }

  /** Tells it who the voters are, as every voter is told when it starts. */
  AtomixHarness start() {
    raft.getCluster().bootstrap(VOTERS.stream().map(MemberId::from).toList()).join();
    protocol.letIn();
    return this;
  }

  private OwnLog ownLog() {
    return new OwnLog() {
      @Override
      public long snapshotIndex() {
        return snapshotIndex;
      }

      @Override
      public long appliedIndex() {
        return raft.getLastApplied();
      }

      @Override
      public void installing(long index) {}

      @Override
      public CompletableFuture<Boolean> holds(long index, long term) {
        return CompletableFuture.supplyAsync(
            () -> LogEntries.holds(raft.getLog(), index, term), raft.getThreadContext());
      }
    };
  }

  /** Through the guards, as peers talk. */
  CompletableFuture<FrameProto> frame(FrameProto.Builder request) {
    CompletableFuture<FrameProto> answer = new CompletableFuture<>();
    protocol.handle("n2", request.build(), reply -> answer.complete(reply.build()));
    return answer;
  }

  static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    CompletableFuture<Void> inactive = new CompletableFuture<>();
    raft.getThreadContext()
        .execute(
            () -> {
              raft.transition(RaftServer.Role.INACTIVE);
              inactive.complete(null);
            });
    inactive.join();
    raft.close();
    gate.close();
    environment.close();
  }
}
