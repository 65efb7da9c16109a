package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.Connections;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.MessageHandler;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportCounts;
import dev.orbit.transport.TransportMeter;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/** Remembers what was sent; answers every group with success, unless told otherwise. */
final class RecordedTransport implements Transport {
  final List<String> requested = new ArrayList<>();
  final List<Message> sent = new ArrayList<>();
  final List<Message> requests = new ArrayList<>();

  /** Those that are not ready. */
  final Map<String, PeerStatus.State> states = new HashMap<>();

  /** To whom nothing is sent. */
  final Set<String> unreachable = new HashSet<>();

  final RetryBudget repetitions = RetryBudget.ofNode();
  Function<Message, CompletableFuture<Message>> answer =
      request ->
          CompletableFuture.completedFuture(
              Message.of(
                  0,
                  new Content.GroupResponse(
                      ((Content.GroupRequest) request.content())
                          .references().stream()
                              .map(
                                  reference ->
                                      new Content.GroupOutcome(
                                          reference, Optional.empty(), Optional.empty()))
                              .toList(),
                      List.of())));

  @Override
  public CompletionStage<Message> request(NodeId target, Message request) {
    requested.add(target.key());
    requests.add(request);
    if (unreachable.contains(target.key())) {
      return CompletableFuture.failedFuture(unreachable(target));
    }
    return answer.apply(request);
  }

  @Override
  public void start(MessageHandler handler) {}

  @Override
  public Optional<Endpoint> listening() {
    return Optional.empty();
  }

  @Override
  public CompletionStage<Content.InfoResponse> connectionInfo(Endpoint endpoint) {
    return CompletableFuture.failedFuture(new IllegalStateException("not asked"));
  }

  @Override
  public void send(NodeId target, Message message) {
    if (unreachable.contains(target.key())) {
      throw unreachable(target);
    }
    sent.add(message);
  }

  static NotExecutedException unreachable(NodeId target) {
    return new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "nobody reaches " + target);
  }

  @Override
  public CompletionStage<HealthBoard.Status> health(NodeId target, Duration timeout) {
    return CompletableFuture.failedFuture(new IllegalStateException("not asked"));
  }

  @Override
  public Connections connections() {
    return new Connections() {
      @Override
      public PeerStatus.State state(NodeId target) {
        return states.getOrDefault(target.key(), PeerStatus.State.READY);
      }

      @Override
      public boolean isHealthy(NodeId target) {
        return state(target) == PeerStatus.State.READY;
      }

      @Override
      public CompletionStage<PeerStatus.State> awaitState(
          NodeId target, Predicate<PeerStatus.State> until, Duration timeout) {
        throw new AssertionError("nobody waits here");
      }

      @Override
      public void warm(NodeId target) {}

      @Override
      public void renew(NodeId target, String why) {}

      @Override
      public void disconnect(NodeId target) {}

      @Override
      public void disconnectAll() {}
    };
  }

  @Override
  public void measure(TransportMeter meter) {}

  @Override
  public RetryBudget repetitions() {
    return repetitions;
  }

  @Override
  public TransportCounts counts() {
    return TransportCounts.NONE;
  }

  @Override
  public void flush() {}

  @Override
  public List<PeerStatus> peers() {
    return List.of();
  }

  @Override
  public void forget(NodeId target) {}

  @Override
  public boolean drain(Duration bound) {
    return true;
  }

  @Override
  public void close() {}
}
