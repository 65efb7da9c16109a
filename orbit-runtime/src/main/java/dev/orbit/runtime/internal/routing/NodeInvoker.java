package dev.orbit.runtime.internal.routing;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.GroupInvocation;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.call.Invoker;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the references of a node end. Thread-safe; never blocks. */
final class NodeInvoker implements Invoker {
  private final Router router;
  private final GroupRouter groups;
  private final Codecs codecs;
  private volatile boolean stopped;

  NodeInvoker(Router router, GroupRouter groups, Codecs codecs) {
    this.router = router;
    this.groups = groups;
    this.codecs = codecs;
  }

  /** How arguments and results are written. */
  Codecs codecs() {
    return codecs;
  }

  /** Refuses calls from now on; those under way go on. */
  void stop() {
    stopped = true;
  }

  @Override
  public void check(ActorContract contract) {
    codecs.check(contract);
  }

  @Override
  public CompletableFuture<@Nullable Object> invoke(Invocation invocation) {
    if (stopped) {
      return CompletableFuture.failedFuture(
          new NotExecutedException(
              ErrorCode.SHUTTING_DOWN,
              "%s was not called: the node that the reference came from is stopping"
                  .formatted(invocation)));
    }
    try {
      Outlook outlook = router.outlook(invocation.target());
      if (router.isHere(outlook)) {
        LocalCall local =
            new LocalCall(invocation, codecs, this::goTheLongWay, router.room().heed());
        if (router.begin(outlook, invocation, local)) {
          return invocation.method().oneWay()
              ? router.lost().accepted(invocation, local, null, _ -> null)
              : local;
        }
      }
      return theLongWay(invocation, router.room().heed());
    } catch (OrbitException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void goTheLongWay(LocalCall local) {
    try {
      local.endAs(theLongWay(local.invocation(), local.credit()));
    } catch (RuntimeException e) {
      // Nobody else would end it.
      local.completeExceptionally(e);
    }
  }

  private CompletableFuture<@Nullable Object> theLongWay(Invocation invocation, long credit) {
    RoutedCall routed = encoded(invocation).withCredit(credit);
    DistantCall call = new DistantCall(invocation, codecs);
    call.isAnsweredBy(router.route(routed, RetryPolicy::isRetryable));
    if (!call.isDone()) {
      router.watch(call);
    }
    return call;
  }

  @Override
  public CompletableFuture<Content.GroupResponse> gather(GroupInvocation invocation) {
    if (stopped) {
      return CompletableFuture.failedFuture(
          new NotExecutedException(
              ErrorCode.SHUTTING_DOWN,
              "%s was not called: the node that the reference came from is stopping"
                  .formatted(invocation)));
    }
    try {
      return groups.gather(
          new GroupRouter.GroupCall(
              invocation.content(),
              codecs.encodeArguments(invocation.method(), invocation.arguments()),
              invocation.context(),
              RoutedCall.PassedOn.BEGINS_HERE));
    } catch (OrbitException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public @Nullable Object decode(MethodContract method, Payload result) {
    return codecs.decodeResult(method, result, "");
  }

  private RoutedCall encoded(Invocation invocation) {
    boolean oneWay = invocation.method().oneWay();
    CallContext context = invocation.context();
    return new RoutedCall(
        invocation.target(),
        invocation.method().wireName(),
        "",
        codecs.encodeArguments(invocation.method(), invocation.arguments()),
        oneWay,
        invocation.method().traits().readOnly(),
        // Nobody waits for a one-way call, so that it closes no circle.
        oneWay ? context.withoutChain() : context,
        RoutedCall.PassedOn.BEGINS_HERE);
  }
}
