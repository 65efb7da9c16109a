package dev.orbit.raft.internal.membership.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.proto.cluster.ViewStepProto;
import dev.orbit.raft.internal.cluster.ViewDelta;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.simulated.NodeTime;
import dev.orbit.raft.simulated.VirtualTime;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ViewWatchersTest {
  private static final int MEMBERS = 1000;

  private final VirtualTime time = new VirtualTime(1);
  private final NodeTime node = time.node(1.0, 0);
  private final ViewLog views = new ViewLog(ClusterView.empty("shop", 64));
  private final ViewWatchers watchers = new ViewWatchers(node, views);

  /** A stream that takes as much as it is told to. */
  private static final class Stream extends ServerCallStreamObserver<ViewStepProto> {
    final List<ViewStepProto> sent = new ArrayList<>();
    Runnable onReady = () -> {};
    Runnable onCancel = () -> {};
    boolean ready = true;

    List<Long> versions() {
      return sent.stream()
          .filter(ViewStepProto::hasDelta)
          .map(f -> f.getDelta().getVersion())
          .toList();
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void onNext(ViewStepProto step) {
      sent.add(step);
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void setOnCloseHandler(Runnable handler) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void onCompleted() {}
  }

  private Stream watch(OptionalLong from) {
    Stream stream = new Stream();
    watchers.add(stream, from);
    return stream;
  }

  private void change(long version) {
    views.append(new ViewDelta(version, 64, Optional.empty(), Optional.empty(), List.of()));
  }

  @Test
  void whoAppliesAChangeSendsNothingAndManyChangesAreOneRound() {
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      streams.add(watch(OptionalLong.of(0)));
    }

    LongStream.rangeClosed(1, 50).forEach(this::change);
    int before = streams.stream().mapToInt(stream -> stream.sent.size()).sum();
    time.run(Duration.ofMillis(1));

    assertThat(before).isZero();
    assertThat(streams)
        .allSatisfy(
            stream ->
                assertThat(stream.versions())
                    .isEqualTo(LongStream.rangeClosed(1, 50).boxed().toList()));
    Set<ViewStepProto> frames = Collections.newSetFromMap(new IdentityHashMap<>());
    streams.forEach(stream -> frames.addAll(stream.sent));
    assertThat(frames).as("each is encoded once").hasSize(50);
  }

  @Test
  void aStreamThatTakesNothingIsSentWhatItMissedWhenItDoes() {
    Stream slow = watch(OptionalLong.of(0));
    slow.ready = false;
    change(1);
    change(2);
    time.run(Duration.ofMillis(1));
    List<Long> meanwhile = slow.versions();

    slow.ready = true;
    slow.onReady.run();

    assertThat(meanwhile).isEmpty();
    assertThat(slow.versions()).containsExactly(1L, 2L);
  }

  @Test
  void whoKnowsNoViewIsSentTheNewestFirst() {
    change(1);
    Stream stream = watch(OptionalLong.empty());

    change(2);
    time.run(Duration.ofMillis(1));

    assertThat(stream.sent.getFirst().getJump().getVersion()).isEqualTo(1);
    assertThat(stream.versions()).containsExactly(2L);
  }

  @Test
  void aStreamThatEndedIsSentNothing() {
    Stream stream = watch(OptionalLong.of(0));
    stream.onCancel.run();

    change(1);
    time.run(Duration.ofMillis(1));

    assertThat(stream.sent).isEmpty();
  }
}
