package dev.orbit.raft.internal.atomix;

import io.atomix.primitive.session.SessionId;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CloseSessionRequest;
import io.atomix.protocols.raft.protocol.CloseSessionResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
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
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.protocol.ReconfigureResponse;
import io.atomix.protocols.raft.protocol.ResetRequest;
import io.atomix.protocols.raft.protocol.TransferRequest;
import io.atomix.protocols.raft.protocol.TransferResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The receiving half of Atomix's protocol: what Atomix registered for each kind of request.
 * Requests that would change the group, and queries, are registered and never called.
 *
 * <p>Thread-safe; what is called hops to Atomix's own thread.
 */
abstract class LocalHandlers implements RaftServerProtocol {
  private final Map<Class<?>, Function<?, ? extends CompletableFuture<?>>> handlers =
      new ConcurrentHashMap<>();

  private <Q, R> void register(Class<Q> type, Function<Q, CompletableFuture<R>> handler) {
    handlers.put(type, handler);
  }

  /** Lets Atomix handle a request. Never throws. */
  private <Q, R> CompletableFuture<R> handle(Class<Q> type, Q request) {
    @SuppressWarnings("unchecked")
    Function<Q, CompletableFuture<R>> handler =
        (Function<Q, CompletableFuture<R>>) handlers.get(type);
    if (handler == null) {
      return CompletableFuture.failedFuture(new ConnectException("this voter is not running"));
    }
    try {
      return handler.apply(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  final CompletableFuture<PollResponse> handle(PollRequest request) {
    return handle(PollRequest.class, request);
  }

  final CompletableFuture<VoteResponse> handle(VoteRequest request) {
    return handle(VoteRequest.class, request);
  }

  final CompletableFuture<AppendResponse> handle(AppendRequest request) {
    return handle(AppendRequest.class, request);
  }

  final CompletableFuture<ConfigureResponse> handle(ConfigureRequest request) {
    return handle(ConfigureRequest.class, request);
  }

  final CompletableFuture<InstallResponse> handle(InstallRequest request) {
    return handle(InstallRequest.class, request);
  }

  final CompletableFuture<OpenSessionResponse> handle(OpenSessionRequest request) {
    return handle(OpenSessionRequest.class, request);
  }

  final CompletableFuture<CloseSessionResponse> handle(CloseSessionRequest request) {
    return handle(CloseSessionRequest.class, request);
  }

  final CompletableFuture<KeepAliveResponse> handle(KeepAliveRequest request) {
    return handle(KeepAliveRequest.class, request);
  }

  final CompletableFuture<CommandResponse> handle(CommandRequest request) {
    return handle(CommandRequest.class, request);
  }

  @Override
  public void registerOpenSessionHandler(
      Function<OpenSessionRequest, CompletableFuture<OpenSessionResponse>> handler) {
    register(OpenSessionRequest.class, handler);
  }

  @Override
  public void unregisterOpenSessionHandler() {
    handlers.remove(OpenSessionRequest.class);
  }

  @Override
  public void registerCloseSessionHandler(
      Function<CloseSessionRequest, CompletableFuture<CloseSessionResponse>> handler) {
    register(CloseSessionRequest.class, handler);
  }

  @Override
  public void unregisterCloseSessionHandler() {
    handlers.remove(CloseSessionRequest.class);
  }

  @Override
  public void registerKeepAliveHandler(
      Function<KeepAliveRequest, CompletableFuture<KeepAliveResponse>> handler) {
    register(KeepAliveRequest.class, handler);
  }

  @Override
  public void unregisterKeepAliveHandler() {
    handlers.remove(KeepAliveRequest.class);
  }

  @Override
  public void registerQueryHandler(
      Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {
    register(QueryRequest.class, handler);
  }

  @Override
  public void unregisterQueryHandler() {
    handlers.remove(QueryRequest.class);
  }

  @Override
  public void registerCommandHandler(
      Function<CommandRequest, CompletableFuture<CommandResponse>> handler) {
    register(CommandRequest.class, handler);
  }

  @Override
  public void unregisterCommandHandler() {
    handlers.remove(CommandRequest.class);
  }

  @Override
  public void registerMetadataHandler(
      Function<MetadataRequest, CompletableFuture<MetadataResponse>> handler) {
    register(MetadataRequest.class, handler);
  }

  @Override
  public void unregisterMetadataHandler() {
    handlers.remove(MetadataRequest.class);
  }

  @Override
  public void registerJoinHandler(Function<JoinRequest, CompletableFuture<JoinResponse>> handler) {
    register(JoinRequest.class, handler);
  }

  @Override
  public void unregisterJoinHandler() {
    handlers.remove(JoinRequest.class);
  }

  @Override
  public void registerLeaveHandler(
      Function<LeaveRequest, CompletableFuture<LeaveResponse>> handler) {
    register(LeaveRequest.class, handler);
  }

  @Override
  public void unregisterLeaveHandler() {
    handlers.remove(LeaveRequest.class);
  }

  @Override
  public void registerTransferHandler(
      Function<TransferRequest, CompletableFuture<TransferResponse>> handler) {
    register(TransferRequest.class, handler);
  }

  @Override
  public void unregisterTransferHandler() {
    handlers.remove(TransferRequest.class);
  }

  @Override
  public void registerConfigureHandler(
      Function<ConfigureRequest, CompletableFuture<ConfigureResponse>> handler) {
    register(ConfigureRequest.class, handler);
  }

  @Override
  public void unregisterConfigureHandler() {
    handlers.remove(ConfigureRequest.class);
  }

  @Override
  public void registerReconfigureHandler(
      Function<ReconfigureRequest, CompletableFuture<ReconfigureResponse>> handler) {
    register(ReconfigureRequest.class, handler);
  }

  @Override
  public void unregisterReconfigureHandler() {
    handlers.remove(ReconfigureRequest.class);
  }

  @Override
  public void registerInstallHandler(
      Function<InstallRequest, CompletableFuture<InstallResponse>> handler) {
    register(InstallRequest.class, handler);
  }

  @Override
  public void unregisterInstallHandler() {
    handlers.remove(InstallRequest.class);
  }

  @Override
  public void registerPollHandler(Function<PollRequest, CompletableFuture<PollResponse>> handler) {
    register(PollRequest.class, handler);
  }

  @Override
  public void unregisterPollHandler() {
    handlers.remove(PollRequest.class);
  }

  @Override
  public void registerVoteHandler(Function<VoteRequest, CompletableFuture<VoteResponse>> handler) {
    register(VoteRequest.class, handler);
  }

  @Override
  public void unregisterVoteHandler() {
    handlers.remove(VoteRequest.class);
  }

  @Override
  public void registerAppendHandler(
      Function<AppendRequest, CompletableFuture<AppendResponse>> handler) {
    register(AppendRequest.class, handler);
  }

  @Override
  public void unregisterAppendHandler() {
    handlers.remove(AppendRequest.class);
  }

  /** Sessions of this engine publish no events, so that nobody ever asks for one again. */
  @Override
  public void registerResetListener(
      SessionId sessionId, Consumer<ResetRequest> listener, Executor executor) {}

  @Override
  public void unregisterResetListener(SessionId sessionId) {}
}
