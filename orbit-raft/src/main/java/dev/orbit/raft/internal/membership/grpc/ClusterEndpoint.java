package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.cluster.ClusterServiceGrpc;
import dev.orbit.proto.cluster.SubmitFailureProto;
import dev.orbit.proto.cluster.SubmitRequestProto;
import dev.orbit.proto.cluster.SubmitResponseProto;
import dev.orbit.proto.cluster.ViewStepProto;
import dev.orbit.proto.cluster.WatchViewsRequestProto;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.internal.cluster.ClusterCodec;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.membership.ClusterPort;
import dev.orbit.transport.internal.tls.PeerGate;
import dev.orbit.transport.security.PeerPrincipal;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a voter serves to nodes outside the group. Thread-safe. */
public final class ClusterEndpoint extends ClusterServiceGrpc.ClusterServiceImplBase {
  private static final Logger log = LoggerFactory.getLogger(ClusterEndpoint.class);

  private final String cluster;
  private final ClusterPort port;
  private final ViewWatchers watchers;
  private final Supplier<Leadership> leadership;
  private final Duration requestTimeout;

  /**
   * A service of one voter.
   *
   * @param requestTimeout how long a command may take whose sender would wait longer
   */
  public ClusterEndpoint(
      Environment environment,
      String cluster,
      ClusterPort port,
      ViewLog views,
      Supplier<Leadership> leadership,
      Duration requestTimeout) {
    this.cluster = cluster;
    this.port = port;
    this.watchers = new ViewWatchers(environment, views);
    this.leadership = leadership;
    this.requestTimeout = requestTimeout;
  }

  @Override
  public void submit(SubmitRequestProto request, StreamObserver<SubmitResponseProto> out) {
    // Without a handler an answer to a caller that is gone would throw.
    ((ServerCallStreamObserver<SubmitResponseProto>) out).setOnCancelHandler(() -> {});
    CommandEnvelope envelope;
    try {
      checkCluster(request.getCluster());
      envelope = ClusterCodec.envelope(request.getCommand());
      checkAllowed(envelope.command());
      checkProven(envelope.command());
    } catch (ProtocolException e) {
      log.warn("command refused, reason={}", e.getMessage());
      answer(out, null, e);
      return;
    }
    port.submit(envelope, requestTimeout)
        .whenComplete((answer, failure) -> answer(out, answer, failure));
  }

  @Override
  public void watchViews(WatchViewsRequestProto request, StreamObserver<ViewStepProto> out) {
    try {
      checkCluster(request.getCluster());
      checkNode();
    } catch (ProtocolException e) {
      log.warn("watcher refused, reason={}", e.getMessage());
      out.onError(Status.FAILED_PRECONDITION.withDescription(e.description()).asRuntimeException());
      return;
    }
    OptionalLong from =
        request.hasFromVersion() ? OptionalLong.of(request.getFromVersion()) : OptionalLong.empty();
    watchers.add((ServerCallStreamObserver<ViewStepProto>) out, from);
  }

  private void checkCluster(String named) {
    if (!named.equals(cluster)) {
      throw new ProtocolException(
          ErrorCode.WRONG_CLUSTER,
          "this voter belongs to cluster '%s', and was asked for cluster '%s'; check the voters' addresses"
              .formatted(cluster, named));
    }
  }

  /** Expiry and barriers are the leader's own. */
  private static void checkAllowed(ClusterCommand command) {
    boolean allowed =
        switch (command) {
          case ClusterCommand.Join join -> true;
          case ClusterCommand.Renew renew -> true;
          case ClusterCommand.Announce announce -> true;
          case ClusterCommand.Leave leave -> true;
          case ClusterCommand.Expire expire -> false;
          case ClusterCommand.Barrier barrier -> false;
        };
    if (!allowed) {
      throw new ProtocolException(
          ErrorCode.PROTOCOL_VIOLATION,
          "only the leader itself may submit " + command.getClass().getSimpleName());
    }
  }

  /** A node speaks for itself alone, whoever recorded what it once said. */
  private void checkProven(ClusterCommand command) {
    Optional<PeerPrincipal> caller = PeerGate.caller();
    Optional<NodeId> subject =
        switch (command) {
          case ClusterCommand.Join join -> Optional.of(join.node());
          case ClusterCommand.Renew renew -> Optional.of(renew.member().node());
          case ClusterCommand.Announce announce -> Optional.of(announce.member().node());
          case ClusterCommand.Leave leave -> Optional.of(leave.member().node());
          case ClusterCommand.Expire _, ClusterCommand.Barrier _ -> Optional.empty();
        };
    if (caller.isPresent() && !caller.get().node().equals(subject)) {
      throw new ProtocolException(
          ErrorCode.UNAUTHENTICATED,
          "%s has not proven to be the node of its %s: %s"
              .formatted(caller.get(), command.getClass().getSimpleName(), subject));
    }
  }

  private void checkNode() {
    Optional<PeerPrincipal> caller = PeerGate.caller();
    if (caller.isPresent()
        && caller.get().node().filter(n -> n.namespace().equals(cluster)).isEmpty()) {
      throw new ProtocolException(
          ErrorCode.ACCESS_DENIED,
          "%s is no node of cluster '%s'".formatted(caller.get(), cluster));
    }
  }

  private void answer(
      StreamObserver<SubmitResponseProto> out,
      @Nullable CommandAnswer answer,
      @Nullable Throwable failure) {
    Leadership known = leadership.get();
    SubmitResponseProto.Builder response =
        SubmitResponseProto.newBuilder().setLeader(known.leader().orElse("")).setTerm(known.term());
    if (answer != null) {
      response.setAnswer(ClusterCodec.proto(answer));
    } else {
      response.setFailure(failure(failure));
    }
    out.onNext(response.build());
    out.onCompleted();
  }

  private static SubmitFailureProto failure(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    SubmitFailureProto.Builder proto = SubmitFailureProto.newBuilder();
    if (cause instanceof OrbitException orbit) {
      return proto.setCode(orbit.code().number()).setDescription(orbit.description()).build();
    }
    log.error("command failed in the engine", cause);
    return proto
        .setCode(ErrorCode.CONNECTION_LOST.number())
        .setDescription("the voter's engine failed: " + cause)
        .build();
  }
}
