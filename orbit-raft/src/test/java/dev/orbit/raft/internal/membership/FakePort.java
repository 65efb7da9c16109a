package dev.orbit.raft.internal.membership;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.internal.cluster.ClusterCodec;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.cluster.ClusterStateMachine;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import dev.orbit.raft.internal.cluster.ViewDelta;
import dev.orbit.raft.internal.cluster.ViewLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A cluster of one state machine that applies at once, answers after a delay, and can be told to
 * fail.
 */
final class FakePort implements ClusterPort {
  /** What becomes of commands. */
  enum Mode {
    ANSWERS,
    REFUSES_TO_TALK,
    LOSES_REQUESTS,
    LOSES_ANSWERS
  }

  /** A command that arrived. */
  record Sent(long atNanos, CommandEnvelope envelope) {
    ClusterCommand command() {
      return envelope.command();
    }
  }

  final List<Sent> sent = new ArrayList<>();
  final ViewLog views;
  Mode mode = Mode.ANSWERS;
  Duration delay = Duration.ofMillis(10);
  Duration viewDelay = Duration.ZERO;
  Duration unheardFor = Duration.ZERO;
  private final Environment environment;
  private final ClusterStateMachine machine;
  private long index;

  FakePort(Environment environment, ClusterView start) {
    this.environment = environment;
    this.views = new ViewLog(start);
    this.machine = new ClusterStateMachine(start, new Views());
  }

  /** As another node would. */
  CommandAnswer apply(ClusterCommand command) {
    return apply(CommandEnvelope.repeatable(command));
  }

  private CommandAnswer apply(CommandEnvelope envelope) {
    return ClusterCodec.answer(machine.apply(++index, ClusterCodec.bytes(envelope)));
  }

  <T extends ClusterCommand> List<Sent> sent(Class<T> kind) {
    return sent.stream().filter(s -> kind.isInstance(s.command())).toList();
  }

  ByteString client() {
    return sent.getFirst().envelope().client();
  }

  @Override
  public CompletionStage<CommandAnswer> submit(CommandEnvelope envelope, Duration timeout) {
    sent.add(new Sent(environment.nanoTime(), envelope));
    CompletableFuture<CommandAnswer> result = new CompletableFuture<>();
    switch (mode) {
      case ANSWERS -> {
        CommandAnswer answer = apply(envelope);
        environment.schedule(delay, () -> result.complete(answer));
      }
      case LOSES_ANSWERS -> apply(envelope);
      case LOSES_REQUESTS -> {}
      case REFUSES_TO_TALK ->
          result.completeExceptionally(
              OrbitException.of(ErrorCode.NODE_UNAVAILABLE, "nobody there"));
    }
    environment.schedule(
        timeout,
        () ->
            result.completeExceptionally(
                new OutcomeUnknownException(
                    ErrorCode.DEADLINE_DURING_EXECUTION, "no answer in time")));
    return result;
  }

  @Override
  public Duration unheardFor() {
    return unheardFor;
  }

  private final class Views implements ClusterStateMachine.Observer {
    @Override
    public void heardOf(MemberId member, long at) {}

    @Override
    public void changed(ViewDelta change) {
      if (viewDelay.isZero()) {
        views.append(change);
      } else {
        environment.schedule(viewDelay, () -> views.append(change));
      }
    }

    @Override
    public void replaced(ClusterView view, SortedMap<NodeId, Long> lastRenewals) {}

    @Override
    public void applied(long at, Optional<ClusterSettings> settings) {}
  }
}
