package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.cluster.ClusterServiceGrpc;
import dev.orbit.proto.cluster.ViewStepProto;
import dev.orbit.proto.cluster.WatchViewsRequestProto;
import dev.orbit.raft.internal.cluster.ViewCodec;
import dev.orbit.raft.internal.cluster.ViewDelta;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.cluster.ViewStep;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the views at one voter after another and writes them into the view log. A new stream goes
 * on where the last one ended, so that no view is missed as long as the voter still knows it.
 *
 * <p>Thread-safe.
 */
final class ViewStream implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ViewStream.class);
  private static final Duration LEAST_BACKOFF = Duration.ofMillis(100);
  private static final Duration MOST_BACKOFF = Duration.ofSeconds(2);

  private final Environment environment;
  private final VoterClient.Options options;
  private final VoterChannels channels;
  private final ViewLog views;

  // All below is guarded by this.
  private @Nullable Attempt present;
  private boolean begun;
  private int failures;
  private long expected;
  private Cancellable timer = () -> {};
  private boolean closed;

  ViewStream(Environment environment, VoterClient.Options options, VoterChannels channels) {
    this.environment = environment;
    this.options = options;
    this.channels = channels;
    this.views = options.views();
  }

  synchronized void connect() {
    if (closed) {
      return;
    }
    WatchViewsRequestProto.Builder request =
        WatchViewsRequestProto.newBuilder().setCluster(options.cluster());
    if (begun) {
      request.setFromVersion(views.newest().version());
    }
    Attempt attempt = new Attempt(channels.present());
    present = attempt;
    ClusterServiceGrpc.newStub(attempt.voter.channel()).watchViews(request.build(), attempt);
  }

  /** A version that was expected before and has still not come shows a voter that is cut off. */
  synchronized void expect(long version) {
    long newest = views.newest().version();
    Attempt attempt = present;
    if (expected > newest && attempt != null) {
      log.warn(
          "views are late, voter={} expected={} newest={}", attempt.voter.name(), expected, newest);
      attempt.giveUp("a view is late");
    }
    expected = version;
  }

  @Override
  public synchronized void close() {
    closed = true;
    timer.cancel();
    Attempt attempt = present;
    present = null;
    if (attempt != null) {
      attempt.cancel("closing");
    }
  }

  private synchronized void came(Attempt attempt, ViewStepProto proto) {
    if (present != attempt) {
      return;
    }
    try {
      switch (ViewCodec.step(proto)) {
        case ViewStep.Change(ViewDelta delta) -> views.append(delta);
        case ViewStep.Jump(ClusterView view) -> views.jump(view);
      }
      begun = true;
      failures = 0;
    } catch (ProtocolException | IllegalArgumentException e) {
      log.warn("unusable view, voter={} reason={}", attempt.voter.name(), e.getMessage());
      attempt.giveUp("unusable view");
    }
  }

  private synchronized void ended(Attempt attempt, String reason) {
    if (present != attempt || closed) {
      return;
    }
    present = null;
    channels.avoid(attempt.voter);
    long most = Math.min(MOST_BACKOFF.toNanos(), LEAST_BACKOFF.toNanos() << Math.min(failures, 10));
    failures++;
    long delay = most / 2 + environment.random().nextLong(most / 2 + 1);
    log.debug("view stream ended, voter={} reason={}", attempt.voter.name(), reason);
    timer.cancel();
    timer = environment.schedule(Duration.ofNanos(delay), this::connect);
  }

  private final class Attempt
      implements ClientResponseObserver<WatchViewsRequestProto, ViewStepProto> {
    private final VoterChannels.Choice voter;
    private volatile @Nullable ClientCallStreamObserver<WatchViewsRequestProto> call;

    Attempt(VoterChannels.Choice voter) {
      this.voter = voter;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchViewsRequestProto> stream) {
      call = stream;
    }

    @Override
    public void onNext(ViewStepProto step) {
      came(this, step);
    }

    @Override
    public void onError(Throwable failure) {
      OrbitException error = StatusErrors.of(voter.toString(), failure);
      if (error instanceof ProtocolException) {
        log.error("views are refused, reason={}", error.getMessage());
      }
      ended(this, error.description());
    }

    @Override
    public void onCompleted() {
      ended(this, "the voter ended it");
    }

    void giveUp(String reason) {
      ended(this, reason);
      cancel(reason);
    }

    void cancel(String reason) {
      ClientCallStreamObserver<WatchViewsRequestProto> stream = call;
      if (stream != null) {
        stream.cancel(reason, null);
      }
    }
  }
}
