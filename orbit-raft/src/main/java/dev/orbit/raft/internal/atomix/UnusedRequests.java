package dev.orbit.raft.internal.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.protocol.CloseSessionRequest;
import io.atomix.protocols.raft.protocol.CloseSessionResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.HeartbeatRequest;
import io.atomix.protocols.raft.protocol.HeartbeatResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.JoinResponse;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.KeepAliveResponse;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.MetadataRequest;
import io.atomix.protocols.raft.protocol.MetadataResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.PublishRequest;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.protocol.ReconfigureResponse;
import io.atomix.protocols.raft.protocol.TransferRequest;
import io.atomix.protocols.raft.protocol.TransferResponse;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The requests of Atomix that never travel between voters of this engine: the only client is the
 * leader itself, and voters are fixed. Each fails at once, so that whatever made Atomix try goes on
 * as if the peer were away; that nothing was done is certain.
 */
abstract class UnusedRequests extends LocalHandlers {
  private final List<RaftMember> voters;
  private final long set;

  UnusedRequests(Collection<String> voters, Instant now) {
    this.set = Math.max(1, now.toEpochMilli());
    this.voters =
        voters.stream()
            .<RaftMember>map(
                id -> new DefaultRaftMember(MemberId.from(id), RaftMember.Type.ACTIVE, now))
            .toList();
  }

  private static <T> CompletableFuture<T> refuse(String request) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException(request + " is not supported by this group"));
  }

  /**
   * Atomix asks to join even when it starts with a fixed configuration, and would ask for ever: the
   * answer is that configuration.
   */
  @Override
  public CompletableFuture<JoinResponse> join(MemberId memberId, JoinRequest request) {
    RaftError none = null;
    return CompletableFuture.completedFuture(
        new JoinResponse(RaftResponse.Status.OK, none, 0, 0, set, voters));
  }

  @Override
  public CompletableFuture<OpenSessionResponse> openSession(
      MemberId memberId, OpenSessionRequest request) {
    return refuse("a session with another voter");
  }

  @Override
  public CompletableFuture<CloseSessionResponse> closeSession(
      MemberId memberId, CloseSessionRequest request) {
    return refuse("a session with another voter");
  }

  @Override
  public CompletableFuture<KeepAliveResponse> keepAlive(
      MemberId memberId, KeepAliveRequest request) {
    return refuse("a session with another voter");
  }

  @Override
  public CompletableFuture<QueryResponse> query(MemberId memberId, QueryRequest request) {
    return refuse("a query that bypasses the log");
  }

  @Override
  public CompletableFuture<CommandResponse> command(MemberId memberId, CommandRequest request) {
    return refuse("a command outside of the leader's queue");
  }

  @Override
  public CompletableFuture<MetadataResponse> metadata(MemberId memberId, MetadataRequest request) {
    return refuse("metadata");
  }

  @Override
  public CompletableFuture<LeaveResponse> leave(MemberId memberId, LeaveRequest request) {
    return refuse("leaving");
  }

  @Override
  public CompletableFuture<ReconfigureResponse> reconfigure(
      MemberId memberId, ReconfigureRequest request) {
    return refuse("reconfiguration");
  }

  @Override
  public CompletableFuture<TransferResponse> transfer(MemberId memberId, TransferRequest request) {
    return refuse("transfer of leadership");
  }

  @Override
  public CompletableFuture<HeartbeatResponse> heartbeat(
      MemberId memberId, HeartbeatRequest request) {
    return refuse("a heartbeat to clients");
  }

  /** The state machine publishes no events. */
  @Override
  public void publish(MemberId memberId, PublishRequest request) {}
}
