package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.RefusedElsewhere;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.placement.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls one method of many actors: sends one message to each node that hosts some of them, and puts
 * the answers together. Thread-safe; never blocks.
 *
 * <p>Where an actor is, is a guess, as for a single call. An actor that is elsewhere is called
 * there through the node that was asked, and one that surely was not called is called again alone,
 * so that a group fares through a change of hosts as well as its members would alone.
 */
final class GroupRouter {
  private final Environment environment;
  private final NodeId self;
  private final Lives lives;
  private final Router router;
  private final Detours detours;
  private final BroadcastLog broadcasts;

  GroupRouter(Environment environment, NodeId self, Lives lives, Router router, Detours detours) {
    this.environment = environment;
    this.self = self;
    this.lives = lives;
    this.router = router;
    this.detours = detours;
    this.broadcasts = new BroadcastLog(environment);
  }

  /**
   * A call of many actors on its way.
   *
   * @param request what is called
   * @param arguments encoded, the same for all
   * @param passedOn by which view the sender chose this node
   */
  record GroupCall(
      Content.GroupRequest request,
      @Nullable Payload arguments,
      CallContext context,
      RoutedCall.PassedOn passedOn) {
    RoutedCall of(AddressableReference target) {
      return new RoutedCall(target, request.method(), "", arguments, false, context, passedOn);
    }

    @Override
    public String toString() {
      return request.activeType().map(type -> "all active " + type).orElse("a group")
          + "."
          + request.method();
    }
  }

  /** Completes by the deadline with how it went with each actor. */
  CompletableFuture<Content.GroupResponse> gather(GroupCall call) {
    Content.GroupRequest request = call.request();
    router.sent().group(request.references().size());
    if (request.hereOnly()) {
      return request
          .activeType()
          .map(type -> activeHere(call, type))
          .orElseGet(() -> each(call, request.references(), InboundRouter::findsAnotherHost));
    }
    return request
        .activeType()
        .map(type -> activeEverywhere(call, type))
        .orElseGet(() -> byHost(call, request.references()));
  }

  private CompletableFuture<Content.GroupResponse> byHost(
      GroupCall call, List<AddressableReference> targets) {
    Placement placement = lives.placement();
    List<AddressableReference> own = new ArrayList<>();
    Map<MemberId, List<AddressableReference>> others = new LinkedHashMap<>();
    for (AddressableReference target : targets) {
      Optional<MemberId> host =
          router.whereabouts(target).filter(member -> !member.node().equals(self));
      if (host.isPresent()) {
        others.computeIfAbsent(host.get(), member -> new ArrayList<>()).add(target);
      } else {
        own.add(target);
      }
    }
    List<CompletableFuture<Content.GroupResponse>> parts = new ArrayList<>();
    others.forEach((host, some) -> parts.add(remote(call, placement, host, some)));
    parts.add(each(call, own, RetryPolicy::isRetryable));
    return together(parts);
  }

  private CompletableFuture<Content.GroupResponse> remote(
      GroupCall call, Placement placement, MemberId host, List<AddressableReference> targets) {
    Content.GroupRequest request =
        new Content.GroupRequest(targets, Optional.empty(), call.request().method(), true);
    router.retrying().attempted(targets.size());
    return ask(call, placement, host, request)
        .thenCompose(response -> againWhereNotRun(call, response))
        .exceptionallyCompose(failure -> afterFailure(call, targets, failure));
  }

  /** What surely did not run, and could run elsewhere or later, is called once more by itself. */
  private CompletableFuture<Content.GroupResponse> againWhereNotRun(
      GroupCall call, Content.GroupResponse response) {
    List<CompletableFuture<Content.GroupOutcome>> outcomes = new ArrayList<>();
    for (Content.GroupOutcome outcome : response.outcomes()) {
      outcomes.add(
          outcome
              .error()
              .flatMap(error -> new Reply(error, null).notExecuted())
              .filter(RetryPolicy::isRetryable)
              .map(refused -> again(call, outcome.reference(), new RefusedElsewhere(refused)))
              .orElseGet(() -> CompletableFuture.completedFuture(outcome)));
    }
    return all(outcomes).thenApply(list -> new Content.GroupResponse(list, response.gaps()));
  }

  private CompletableFuture<Content.GroupOutcome> again(
      GroupCall call, AddressableReference target, Throwable refused) {
    return router
        .routeAgain(call.of(target), refused, RetryPolicy::isRetryable)
        .handle((reply, failure) -> outcome(call, target, reply, failure));
  }

  private CompletableFuture<Content.GroupResponse> afterFailure(
      GroupCall call, List<AddressableReference> targets, Throwable came) {
    OrbitException failure = known(call, came);
    if (RetryPolicy.isRetryable(failure)) {
      Throwable refused = came instanceof RefusedElsewhere ? came : failure;
      return all(targets.stream().map(target -> again(call, target, refused)).toList())
          .thenApply(list -> new Content.GroupResponse(list, List.of()));
    }
    Content.InvocationError error = ErrorMapping.refused(failure);
    return CompletableFuture.completedFuture(
        new Content.GroupResponse(
            targets.stream()
                .map(
                    target ->
                        new Content.GroupOutcome(target, Optional.of(error), Optional.empty()))
                .toList(),
            List.of()));
  }

  private CompletableFuture<Content.GroupResponse> activeEverywhere(GroupCall call, String type) {
    Placement placement = lives.placement();
    if (!placement.knows(type)) {
      return CompletableFuture.failedFuture(
          new NotExecutedException(
              ErrorCode.UNKNOWN_ACTOR_TYPE,
              "%s was not called: no node of the cluster hosts actors of type %s"
                  .formatted(call, type)));
    }
    Content.GroupRequest request =
        new Content.GroupRequest(List.of(), Optional.of(type), call.request().method(), true);
    List<CompletableFuture<Content.GroupResponse>> parts = new ArrayList<>();
    for (Member member : placement.view().members()) {
      if (member.status() == NodeStatus.STOPPED
          || member.status() == NodeStatus.JOINING
          || !member.capabilities().addressableTypes().contains(type)) {
        continue;
      }
      NodeId node = member.id().node();
      CompletableFuture<Content.GroupResponse> part =
          node.equals(self) ? activeHere(call, type) : ask(call, placement, member.id(), request);
      parts.add(part.exceptionally(failure -> gap(node, known(call, failure))));
    }
    broadcasts.called(call, parts.size());
    return together(parts);
  }

  private static Content.GroupResponse gap(NodeId node, OrbitException failure) {
    return new Content.GroupResponse(
        List.of(), List.of(new Content.GroupGap(node, ErrorMapping.refused(failure))));
  }

  private CompletableFuture<Content.GroupResponse> activeHere(GroupCall call, String type) {
    List<AddressableReference> active =
        lives.present().map(Life::activations).map(table -> table.active(type)).orElse(List.of());
    if (active.size() > Content.GroupRequest.MAX_GROUP) {
      return CompletableFuture.failedFuture(
          new NotExecutedException(
              ErrorCode.OVERLOADED,
              "%s was not called on node %s: it holds %d activations of the type, and the most of one call is %d"
                  .formatted(call, self.key(), active.size(), Content.GroupRequest.MAX_GROUP)));
    }
    return each(call, active, InboundRouter::findsAnotherHost);
  }

  private CompletableFuture<Content.GroupResponse> each(
      GroupCall call, List<AddressableReference> targets, Predicate<NotExecutedException> again) {
    List<CompletableFuture<Content.GroupOutcome>> outcomes =
        targets.stream()
            .map(
                target ->
                    router
                        .route(call.of(target), again)
                        .handle((reply, failure) -> outcome(call, target, reply, failure)))
            .toList();
    return all(outcomes).thenApply(list -> new Content.GroupResponse(list, List.of()));
  }

  private static Content.GroupOutcome outcome(
      GroupCall call,
      AddressableReference target,
      @Nullable Reply reply,
      @Nullable Throwable failure) {
    if (reply != null && reply.content() instanceof Content.InvocationResponse) {
      return new Content.GroupOutcome(
          target, Optional.empty(), Optional.ofNullable(reply.payload()));
    }
    Content.InvocationError error;
    if (reply != null && reply.content() instanceof Content.InvocationError told) {
      error = told;
    } else if (reply != null && reply.content() instanceof Content.Failure told) {
      error =
          ErrorMapping.refused(
              OrbitException.of(
                  told.code().orElse(ErrorCode.PROTOCOL_VIOLATION), told.description()));
    } else {
      error =
          ErrorMapping.refused(
              known(
                  call,
                  failure != null
                      ? failure
                      : new IllegalStateException("it was answered by " + reply)));
    }
    return new Content.GroupOutcome(target, Optional.of(error), Optional.empty());
  }

  private CompletableFuture<Content.GroupResponse> ask(
      GroupCall call, Placement placement, MemberId host, Content.GroupRequest request) {
    Message message =
        new Message(
            0,
            null,
            new Target.Unicast(host.node()),
            request,
            call.passedOn().attempts(),
            call.context()
                .headers(environment.nanoTime())
                .withTarget(placement.view().version(), host.incarnation()),
            call.arguments());
    router.sent().groupMessage();
    try {
      return detours.request(host.node(), message).thenApply(GroupRouter::response);
    } catch (OrbitException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Content.GroupResponse response(Message answer) {
    if (answer.content() instanceof Content.GroupResponse response) {
      return response;
    }
    if (answer.content() instanceof Content.Failure failure) {
      OrbitException told =
          OrbitException.of(
              failure.code().orElse(ErrorCode.PROTOCOL_VIOLATION), failure.description());
      throw told instanceof NotExecutedException refused ? new RefusedElsewhere(refused) : told;
    }
    throw OrbitException.of(
        ErrorCode.PROTOCOL_VIOLATION,
        "a call of a group was answered by " + answer.content().getClass().getSimpleName());
  }

  private static OrbitException known(GroupCall call, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof OrbitException orbit
        ? orbit
        : new OutcomeUnknownException(
            ErrorCode.CONNECTION_LOST, "%s failed within the runtime: %s".formatted(call, cause));
  }

  private static CompletableFuture<Content.GroupResponse> together(
      List<CompletableFuture<Content.GroupResponse>> parts) {
    return all(parts)
        .thenApply(
            list -> {
              List<Content.GroupOutcome> outcomes = new ArrayList<>();
              List<Content.GroupGap> gaps = new ArrayList<>();
              for (Content.GroupResponse part : list) {
                outcomes.addAll(part.outcomes());
                gaps.addAll(part.gaps());
              }
              return new Content.GroupResponse(outcomes, gaps);
            });
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(_ -> futures.stream().map(CompletableFuture::join).toList());
  }
}
