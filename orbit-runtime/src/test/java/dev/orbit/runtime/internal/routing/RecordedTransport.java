package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.Connections;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.MessageHandler;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportCounts;
import dev.orbit.transport.TransportMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Remembers what was sent; answers every group with success, unless told otherwise. */
final class RecordedTransport implements Transport {
  final List<String> requested = new ArrayList<>();
  final List<Message> sent = new ArrayList<>();
  final List<Message> requests = new ArrayList<>();
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
    sent.add(message);
  }

  @Override
  public CompletionStage<HealthBoard.Status> health(NodeId target, Duration timeout) {
    return CompletableFuture.failedFuture(new IllegalStateException("not asked"));
  }

  @Override
  public Connections connections() {
    throw new AssertionError("nobody looks after connections here");
  }

  @Override
  public void measure(TransportMeter meter) {}

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
