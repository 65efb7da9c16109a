package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.transport.ReplySink;
import dev.orbit.transport.Transport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The third between two nodes that cannot reach each other: sends on to the next of a route, and
 * the answer back. It looks at nothing else of the message, and chooses no way itself, so that a
 * message visits only the nodes of its route, each once. Thread-safe; never blocks.
 */
final class Relay {
  private final Environment environment;
  private final NodeId self;
  private final Transport transport;
  private final LostCalls lost;

  Relay(Environment environment, NodeId self, Transport transport, LostCalls lost) {
    this.environment = environment;
    this.self = self;
    this.transport = transport;
    this.lost = lost;
  }

  /** Whether the message is for this node, as far as its target says. */
  boolean ends(Message message) {
    return !(message.target() instanceof Target.RoutedUnicast(List<NodeId> route))
        || (route.size() == 1 && route.getFirst().equals(self));
  }

  /**
   * Sends on what does not end here.
   *
   * @param underWay is told of what waits for its answer, so that it can be called off
   */
  void passAlong(
      Message message, ReplySink replies, BiConsumer<ReplySink, CompletableFuture<?>> underWay) {
    if (!(message.target() instanceof Target.RoutedUnicast(List<NodeId> route))) {
      throw new IllegalArgumentException("it has no route: " + message.target());
    }
    Optional<String> wrong = wrong(route);
    if (wrong.isPresent()) {
      replies.reply(
          message.id(),
          new Content.Failure(wrong.get(), Optional.of(ErrorCode.PROTOCOL_VIOLATION)),
          null);
      return;
    }
    List<NodeId> rest = route.subList(1, route.size());
    Message onward =
        new Message(
            0,
            null,
            new Target.RoutedUnicast(rest),
            message.content(),
            message.attempts() + 1,
            message.headers(),
            message.payload());
    if (isOneWay(message.content())) {
      sendOn(rest.getFirst(), onward);
      return;
    }
    long arrived = environment.nanoTime();
    CompletableFuture<Message> answer =
        transport.request(rest.getFirst(), onward).toCompletableFuture();
    if (!answer.isDone()) {
      underWay.accept(replies, answer);
    }
    var _ =
        answer.whenComplete(
            (reply, failure) -> {
              if (reply != null) {
                replies.reply(message.id(), reply.content(), reply.payload());
              } else if (failure != null && !answer.isCancelled()) {
                replies.reply(message.id(), failure(message, failure, arrived), null);
              }
            });
  }

  private Optional<String> wrong(List<NodeId> route) {
    if (!route.getFirst().equals(self)) {
      return Optional.of(
          "the next node of the route is %s, and this is %s".formatted(route.getFirst(), self));
    }
    return route.subList(1, route.size()).contains(self)
        ? Optional.of("the route %s comes back to %s".formatted(route, self))
        : Optional.empty();
  }

  /** Who gets no answer sends no id. */
  private static boolean isOneWay(Content content) {
    return switch (content) {
      case Content.InvocationRequest request -> request.oneWay();
      case Content.LocationHint _, Content.WaitProbe _, Content.Credit _ -> true;
      default -> false;
    };
  }

  private void sendOn(NodeId next, Message onward) {
    try {
      transport.send(next, onward);
    } catch (OrbitException e) {
      if (onward.content() instanceof Content.InvocationRequest request) {
        lost.lost(request.reference() + "." + request.method(), e);
      }
    }
  }

  /** As the node at the end would say it: calls have errors of their own. */
  private Content failure(Message message, Throwable failure, long arrivedNanos) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    OrbitException known =
        cause instanceof OrbitException orbit
            ? orbit
            : new OutcomeUnknownException(
                ErrorCode.CONNECTION_LOST,
                "node %s failed to pass it on after %d ms: %s"
                    .formatted(
                        self,
                        TimeUnit.NANOSECONDS.toMillis(environment.nanoTime() - arrivedNanos),
                        cause));
    @Nullable Content error =
        message.content() instanceof Content.InvocationRequest ? ErrorMapping.refused(known) : null;
    return error != null
        ? error
        : new Content.Failure(known.description(), Optional.of(known.code()));
  }
}
