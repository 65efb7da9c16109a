package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.proto.cluster.ClusterServiceGrpc;
import dev.orbit.proto.cluster.SubmitFailureProto;
import dev.orbit.proto.cluster.SubmitRequestProto;
import dev.orbit.proto.cluster.SubmitResponseProto;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.internal.cluster.ClusterCodec;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.membership.ClusterPort;
import dev.orbit.transport.internal.tls.Tls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to the consensus group from a node that does not vote. It keeps to one voter as long as
 * that answers, and goes on to the next when it does not.
 *
 * <p>Thread-safe.
 */
public final class VoterClient implements ClusterPort, AutoCloseable {
  private final String cluster;
  private final VoterChannels channels;
  private final ViewStream stream;
  private volatile Leadership leadership = Leadership.NONE;
  private volatile boolean answered;

  /**
   * Which cluster to look for, how long to wait for a connection, whom to tell of views, and what
   * both ends must prove; nothing where that is null.
   */
  public record Options(
      String cluster, Duration connectTimeout, ViewLog views, @Nullable Tls tls) {}

  /** A client of {@code voters}, which begins to follow the views. */
  public VoterClient(Environment environment, Options options, SortedMap<String, Endpoint> voters) {
    this.cluster = options.cluster();
    this.channels = new VoterChannels(environment, options, voters);
    this.stream = new ViewStream(environment, options, channels);
    stream.connect();
  }

  /** Who leads, as the voter asked last believes. */
  public Leadership leadership() {
    return leadership;
  }

  /** Whether a voter answered the last command, and knew a leader. */
  public EngineHealth health() {
    return answered && leadership.leader().isPresent()
        ? new EngineHealth.Serving()
        : new EngineHealth.NoLeader();
  }

  /**
   * The cluster has come to view {@code version}: a stream that does not bring it soon is given up.
   */
  public void expectView(long version) {
    stream.expect(version);
  }

  /** From now on that voter is to be found there. */
  public void moveVoter(String voter, Endpoint to) {
    channels.move(voter, to);
  }

  @Override
  public CompletionStage<CommandAnswer> submit(CommandEnvelope envelope, Duration timeout) {
    CompletableFuture<CommandAnswer> result = new CompletableFuture<>();
    VoterChannels.Choice voter = channels.present();
    SubmitRequestProto request =
        SubmitRequestProto.newBuilder()
            .setCluster(cluster)
            .setCommand(ClusterCodec.proto(envelope))
            .build();
    ClusterServiceGrpc.newStub(voter.channel())
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .submit(request, new Answer(voter, result));
    return result;
  }

  @Override
  public void close() {
    stream.close();
    channels.close();
  }

  private final class Answer implements StreamObserver<SubmitResponseProto> {
    private final VoterChannels.Choice voter;
    private final CompletableFuture<CommandAnswer> result;

    Answer(VoterChannels.Choice voter, CompletableFuture<CommandAnswer> result) {
      this.voter = voter;
      this.result = result;
    }

    @Override
    public void onNext(SubmitResponseProto response) {
      leadership = leadershipOf(response);
      try {
        switch (response.getOutcomeCase()) {
          case ANSWER -> {
            answered = true;
            result.complete(ClusterCodec.answer(response.getAnswer()));
          }
          case FAILURE -> failed(error(voter, response.getFailure()));
          case OUTCOME_NOT_SET ->
              failed(
                  new OutcomeUnknownException(
                      ErrorCode.CONNECTION_LOST, "%s sent an empty answer".formatted(voter)));
        }
      } catch (OrbitException e) {
        failed(e);
      }
    }

    @Override
    public void onError(Throwable failure) {
      failed(StatusErrors.of(voter.toString(), failure));
    }

    @Override
    public void onCompleted() {
      if (!result.isDone()) {
        failed(
            new OutcomeUnknownException(
                ErrorCode.CONNECTION_LOST, "%s sent no answer".formatted(voter)));
      }
    }

    private void failed(OrbitException error) {
      answered = false;
      channels.avoid(voter);
      result.completeExceptionally(error);
    }
  }

  private static Leadership leadershipOf(SubmitResponseProto response) {
    Optional<String> leader =
        response.getLeader().isEmpty() ? Optional.empty() : Optional.of(response.getLeader());
    return new Leadership(response.getTerm(), leader, false);
  }

  private static OrbitException error(VoterChannels.Choice voter, SubmitFailureProto failure) {
    String description = "%s: %s".formatted(voter, failure.getDescription());
    return ErrorCode.of(failure.getCode())
        .map(code -> OrbitException.of(code, description))
        .orElseGet(() -> new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, description));
  }
}
