package dev.orbit.raft.internal.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.utils.concurrent.ThreadModel;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;

/** Atomix as the only voter of a group, with any service, and none of the guards around it. */
final class LoneAtomix implements AutoCloseable {
  private static final OperationId BATCH = OperationId.command("batch");
  private static final long NEVER_MILLIS = Duration.ofDays(365).toMillis();

  private final Alone protocol = new Alone();
  private final RaftContext raft;

  LoneAtomix(Path directory, PrimitiveTypeRegistry services) throws Exception {
    raft =
        new RaftContext(
            "lone",
            MemberId.from("n1"),
            new FixedMembership("n1"),
            protocol,
            RaftStorage.builder()
                .withPrefix("raft")
                .withDirectory(directory.toFile())
                .withNamespace(LogNamespace.create())
                .withMaxEntrySize(64 << 10)
                .withMaxSegmentSize(1 << 20)
                .build(),
            services,
            ThreadModel.SHARED_THREAD_POOL.factory(
                "lone-%d", 1, LoggerFactory.getLogger(LoneAtomix.class)),
            true);
    raft.setElectionTimeout(Duration.ofMillis(100));
    raft.setHeartbeatInterval(Duration.ofMillis(50));
    CompletableFuture<Void> leads = new CompletableFuture<>();
    raft.addRoleChangeListener(
        role -> {
          if (role == RaftServer.Role.LEADER) {
            leads.complete(null);
          }
        });
    var _ = raft.getCluster().bootstrap(List.of(MemberId.from("n1")));
    leads.get(10, TimeUnit.SECONDS);
  }

  /** A new session, as a client has after it lost its old one. */
  long openSession() {
    // A leader that was just elected takes none yet.
    return Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(this::tryOpenSession, response -> response.status() == RaftResponse.Status.OK)
        .session();
  }

  private OpenSessionResponse tryOpenSession() throws Exception {
    return protocol
        .handle(
            new OpenSessionRequest(
                "n1",
                HostedType.NAME,
                HostedType.NAME,
                null,
                ReadConsistency.LINEARIZABLE,
                NEVER_MILLIS,
                NEVER_MILLIS))
        .get(10, TimeUnit.SECONDS);
  }

  CommandResponse command(long session, long sequence, byte[] value) throws Exception {
    return protocol
        .handle(new CommandRequest(session, sequence, new PrimitiveOperation(BATCH, value)))
        .get(10, TimeUnit.SECONDS);
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
  }

  /** There is nobody else. */
  private static final class Alone extends UnusedRequests {
    Alone() {
      super(List.of("n1"), Instant.EPOCH);
    }

    private static <T> CompletableFuture<T> nobody() {
      return CompletableFuture.failedFuture(new ConnectException("there is nobody else"));
    }

    @Override
    public CompletableFuture<PollResponse> poll(MemberId memberId, PollRequest request) {
      return nobody();
    }

    @Override
    public CompletableFuture<VoteResponse> vote(MemberId memberId, VoteRequest request) {
      return nobody();
    }

    @Override
    public CompletableFuture<AppendResponse> append(MemberId memberId, AppendRequest request) {
      return nobody();
    }

    @Override
    public CompletableFuture<ConfigureResponse> configure(
        MemberId memberId, ConfigureRequest request) {
      return nobody();
    }

    @Override
    public CompletableFuture<InstallResponse> install(MemberId memberId, InstallRequest request) {
      return nobody();
    }
  }
}
