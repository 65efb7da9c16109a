package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Environment;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.proto.raft.PulseProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.internal.grpc.RaftRpc;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Atomix's protocol over our own wire, with the guards on both sides of it. Thread-safe. No method
 * throws: that would end timers inside Atomix.
 */
final class RpcProtocol extends UnusedRequests {
  /**
   * What stands between Atomix and the wire.
   *
   * @param log what this voter has
   * @param pulses hears of each append
   * @param broken hears of what makes this voter unfit to go on
   */
  record Guards(
      DurabilityGate gate,
      VoteGuard votes,
      PollGuard polls,
      OwnLog log,
      Pulses pulses,
      Consumer<String> broken) {}

  private final Environment environment;
  private final EngineConfig config;
  private final RaftRpc rpc;
  private final Guards guards;
  private volatile boolean letsIn;
  private final AtomicLong requests = new AtomicLong();
  private final SnapshotIntake snapshots = new SnapshotIntake();
  private final Set<Long> unanswered = new ConcurrentSkipListSet<>();

  RpcProtocol(Environment environment, EngineConfig config, RaftRpc rpc, Guards guards) {
    super(config.voters().keySet(), environment.wallTime());
    this.environment = environment;
    this.config = config;
    this.rpc = rpc;
    this.guards = guards;
  }

  /** The number of the oldest request of a peer that Atomix has not answered; 0 for none. */
  long oldestUnanswered() {
    Iterator<Long> oldest = unanswered.iterator();
    return oldest.hasNext() ? oldest.next() : 0;
  }

  private <T> CompletableFuture<T> call(
      MemberId to, FrameProto.Builder request, Function<FrameProto, T> decode) {
    return rpc.call(to.id(), request).thenApply(decode);
  }

  @Override
  public CompletableFuture<PollResponse> poll(MemberId memberId, PollRequest request) {
    if (guards.votes.isWithheld()) {
      return CompletableFuture.failedFuture(new ConnectException("this voter catches up"));
    }
    return call(
        memberId,
        MessageCodec.encode(request),
        frame -> MessageCodec.decode(frame.getPollResponse()));
  }

  /** A candidate votes for itself before it asks others to. */
  @Override
  public CompletableFuture<VoteResponse> vote(MemberId memberId, VoteRequest request) {
    try {
      boolean allowed =
          guards.votes.mayVote(
              request.term(),
              request.candidate().id(),
              Math.max(request.lastLogIndex(), guards.log.snapshotIndex()),
              guards.log.snapshotIndex());
      if (!allowed) {
        return CompletableFuture.failedFuture(
            new ConnectException("this voter gave its vote of term " + request.term() + " away"));
      }
    } catch (IOException e) {
      guards.broken.accept("its vote could not be written: " + e.getMessage());
      return CompletableFuture.failedFuture(e);
    }
    return call(
        memberId,
        MessageCodec.encode(request),
        frame -> MessageCodec.decode(frame.getVoteResponse()));
  }

  /** The leader may count itself only for what is on its own disk. */
  @Override
  public CompletableFuture<AppendResponse> append(MemberId memberId, AppendRequest request) {
    long last = request.prevLogIndex() + request.entries().size();
    CompletableFuture<Void> own = guards.gate.pass(last);
    CompletableFuture<AppendResponse> answer =
        call(
            memberId,
            MessageCodec.encode(request),
            frame -> MessageCodec.decode(frame.getAppendResponse()));
    guards.pulses.sent(memberId.id());
    return answer
        .thenCombine(own, (response, synced) -> response)
        .whenComplete((response, failure) -> guards.pulses.over(memberId.id(), failure == null));
  }

  @Override
  public CompletableFuture<ConfigureResponse> configure(
      MemberId memberId, ConfigureRequest request) {
    return call(
        memberId,
        MessageCodec.encode(request),
        frame -> MessageCodec.decode(frame.getConfigureResponse()));
  }

  @Override
  public CompletableFuture<InstallResponse> install(MemberId memberId, InstallRequest request) {
    return call(
        memberId,
        MessageCodec.encode(request),
        frame -> MessageCodec.decode(frame.getInstallResponse()));
  }

  /** Tells peers that their leader is alive. */
  void pulse(long term, List<String> peers) {
    FrameProto pulse =
        FrameProto.newBuilder().setPulse(PulseProto.newBuilder().setTerm(term)).build();
    peers.forEach(peer -> rpc.tell(peer, pulse));
  }

  /** Atomix knows who the voters are: requests of peers are let in from now on. */
  void letIn() {
    letsIn = true;
  }

  /**
   * Takes a peer's frame, if it is of Atomix's protocol. Before {@link #letIn} requests are
   * refused: Atomix takes them as soon as it exists, fails at one that names a leader before it
   * knows the voters, and never answers.
   */
  boolean handle(String from, FrameProto frame, Consumer<FrameProto.Builder> reply) {
    if (!letsIn) {
      if (!frame.hasPulse()) {
        reply.accept(RaftRpc.failure("voter %s is starting".formatted(config.self())));
      }
      return true;
    }
    switch (frame.getBodyCase()) {
      case POLL_REQUEST -> answer(handlePoll(MessageCodec.decode(frame.getPollRequest())), reply);
      case VOTE_REQUEST -> answer(handleVote(MessageCodec.decode(frame.getVoteRequest())), reply);
      case APPEND_REQUEST ->
          answer(handleAppend(from, MessageCodec.decode(frame.getAppendRequest())), reply);
      case CONFIGURE_REQUEST ->
          answer(
              handle(MessageCodec.decode(frame.getConfigureRequest()))
                  .thenApply(MessageCodec::encode),
              reply);
      case INSTALL_REQUEST ->
          answer(handleInstall(MessageCodec.decode(frame.getInstallRequest())), reply);
      case PULSE -> handlePulse(from, frame.getPulse().getTerm());
      case HELLO,
          WELCOME,
          FAILURE,
          POLL_RESPONSE,
          VOTE_RESPONSE,
          APPEND_RESPONSE,
          CONFIGURE_RESPONSE,
          INSTALL_RESPONSE,
          FORWARD_REQUEST,
          FORWARD_RESPONSE,
          BODY_NOT_SET -> {
        return false;
      }
    }
    return true;
  }

  private void answer(
      CompletableFuture<FrameProto.Builder> answer, Consumer<FrameProto.Builder> reply) {
    long number = requests.incrementAndGet();
    unanswered.add(number);
    var _ =
        answer.whenComplete(
            (frame, error) -> {
              unanswered.remove(number);
              if (error == null) {
                reply.accept(frame);
              } else {
                Throwable cause = error instanceof CompletionException ? error.getCause() : error;
                reply.accept(RaftRpc.failure(String.valueOf(cause)));
              }
            });
  }

  private CompletableFuture<FrameProto.Builder> handlePoll(PollRequest request) {
    boolean supports =
        !guards.votes.isWithheld()
            && guards.polls.maySupport(request.candidate().id(), environment.nanoTime())
            && request.lastLogIndex() >= guards.log.snapshotIndex();
    return handle(request)
        .thenApply(
            response ->
                MessageCodec.encode(
                    new PollResponse(
                        response.status(),
                        response.error(),
                        response.term(),
                        response.accepted() && supports)));
  }

  private CompletableFuture<FrameProto.Builder> handleVote(VoteRequest request) {
    return handle(request)
        .thenApply(
            response ->
                MessageCodec.encode(response.voted() ? guarded(request, response) : response));
  }

  private VoteResponse guarded(VoteRequest request, VoteResponse response) {
    boolean allowed;
    try {
      allowed =
          guards.votes.mayVote(
              response.term(),
              request.candidate().id(),
              request.lastLogIndex(),
              guards.log.snapshotIndex());
    } catch (IOException e) {
      guards.broken.accept("its vote could not be written: " + e.getMessage());
      throw new CompletionException(e);
    }
    return new VoteResponse(response.status(), response.error(), response.term(), allowed);
  }

  private CompletableFuture<FrameProto.Builder> handleAppend(String from, AppendRequest request) {
    Optional<AppendRequest> admitted = AppendGuard.admit(request, guards.log.snapshotIndex());
    if (admitted.isPresent()) {
      return append(from, admitted.get());
    }
    // Logs that have one entry of the same term in common agree on all before it.
    return guards
        .log
        .holds(request.prevLogIndex() + 1, request.entries().getFirst().term())
        .thenCompose(
            holds ->
                holds
                    ? append(from, request)
                    : CompletableFuture.failedFuture(
                        new IOException(
                            "entries before %d are missing"
                                .formatted(request.prevLogIndex() + 1))));
  }

  private CompletableFuture<FrameProto.Builder> append(String from, AppendRequest request) {
    if (!request.entries().isEmpty()) {
      guards.gate.writingAfter(request.prevLogIndex());
    }
    return handle(request)
        .thenCompose(
            response -> {
              heard(from, response);
              if (!request.entries().isEmpty()) {
                // Once more, now that it has happened: another request may have been handled since
                // this one came, and have had its entries synced that this one has replaced.
                guards.gate.writingAfter(request.prevLogIndex());
              }
              return synced(response);
            })
        .thenApply(MessageCodec::encode);
  }

  private void heard(String from, AppendResponse response) {
    if (response.status() == RaftResponse.Status.OK && response.succeeded()) {
      guards.polls.heard(from, environment.nanoTime());
    }
  }

  private CompletableFuture<AppendResponse> synced(AppendResponse response) {
    if (response.status() != RaftResponse.Status.OK || !response.succeeded()) {
      return CompletableFuture.completedFuture(response);
    }
    return guards.gate.pass(response.lastLogIndex()).thenApply(synced -> response);
  }

  /**
   * The leader never sends a snapshot again whose last chunk was confirmed, and forgets the log
   * before it: so this is confirmed when all that stands for it here, be it the snapshot or the
   * entries, is on disk.
   */
  private CompletableFuture<FrameProto.Builder> handleInstall(InstallRequest request) {
    return snapshots
        .take(request, guards.log.appliedIndex(), this::install)
        .thenCompose(
            response ->
                request.complete() && response.status() == RaftResponse.Status.OK
                    ? guards.gate.written().thenApply(synced -> response)
                    : CompletableFuture.completedFuture(response))
        .thenApply(MessageCodec::encode);
  }

  private CompletableFuture<InstallResponse> install(InstallRequest whole) {
    return handle(whole)
        .thenApply(
            response -> {
              if (response.status() == RaftResponse.Status.OK) {
                guards.log.installing(whole.snapshotIndex());
              }
              return response;
            });
  }

  private void handlePulse(String from, long term) {
    List<RaftLogEntry> none = List.of();
    // A failure means that this voter is closing.
    var _ =
        handle(new AppendRequest(term, from, 0, 0, none, 0))
            .thenAccept(response -> heard(from, response))
            .exceptionally(error -> null);
  }
}
