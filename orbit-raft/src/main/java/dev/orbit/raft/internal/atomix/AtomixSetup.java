package dev.orbit.raft.internal.atomix;

import dev.orbit.raft.consensus.EngineConfig;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.storage.StorageLevel;
import io.atomix.utils.serializer.Namespace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Atomix with the settings that this engine relies on, and its end. */
final class AtomixSetup {
  private static final Duration ALONE_ELECTION = Duration.ofMillis(100);
  private static final long REST_SECONDS = 5;

  private AtomixSetup() {}

  /** One that has read its log and does nothing yet. */
  static RaftContext context(
      EngineConfig config,
      RpcProtocol protocol,
      HostedType type,
      Namespace namespace,
      GuardedContext.Hooks hooks) {
    RaftContext context =
        new GuardedContext(
            config.group() + "-" + config.self(),
            MemberId.from(config.self()),
            protocol,
            storage(config, namespace),
            type,
            hooks);
    boolean alone = config.isAlone();
    Duration election = alone ? ALONE_ELECTION : config.electionTimeout();
    context.setElectionTimeout(election);
    context.setHeartbeatInterval(alone ? election.dividedBy(2) : config.heartbeatInterval());
    return context;
  }

  private static RaftStorage storage(EngineConfig config, Namespace namespace) {
    return RaftStorage.builder()
        .withPrefix(VoterStore.PREFIX)
        .withDirectory(config.dataDir().toFile())
        .withStorageLevel(StorageLevel.DISK)
        .withNamespace(namespace)
        .withMaxSegmentSize(config.segmentBytes())
        .withMaxEntrySize(config.maxEntryBytes())
        .withDynamicCompaction(false)
        .build();
  }

  /** Has it give up its role; false if it does not within a few seconds. */
  static boolean rest(RaftContext context) {
    CompletableFuture<Void> inactive = new CompletableFuture<>();
    context
        .getThreadContext()
        .execute(
            () -> {
              context.transition(RaftServer.Role.INACTIVE);
              inactive.complete(null);
            });
    try {
      inactive.get(REST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
    return true;
  }
}
