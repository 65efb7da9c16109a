package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.call.Following;
import dev.orbit.client.internal.call.Hedging;
import dev.orbit.client.internal.call.RefusedElsewhere;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.transport.balancing.Balancer;
import dev.orbit.transport.balancing.Balancing;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the node for calls that any of several may run, and watches what becomes of them. Calls
 * that only read are tried on a second node where the first is slow, if that is wanted.
 * Thread-safe; never blocks.
 */
final class WorkerRoute {
  private final Environment environment;
  private final Balancer balancer;
  private final Hedging hedging;
  private final RetryBudget budget;

  /**
   * A choice.
   *
   * @param budget what may be sent more than once
   * @param hedgeAfter after how long calls that only read are tried on a second node; zero for
   *     never
   */
  WorkerRoute(
      Environment environment, Balancing balancing, RetryBudget budget, Duration hedgeAfter) {
    this.environment = environment;
    this.balancer = new Balancer(balancing, environment.random());
    this.budget = budget;
    this.hedging = new Hedging(environment, budget, hedgeAfter);
  }

  /**
   * Sends a call.
   *
   * @param nodes those that can run it, at least one
   * @param mayRunTwice whether it does no harm to run it on two of them
   * @param dispatch sends it to one
   */
  CompletableFuture<Reply> send(
      List<NodeId> nodes,
      boolean mayRunTwice,
      Function<NodeId, CompletableFuture<Reply>> dispatch) {
    if (!mayRunTwice || !hedging.isOn() || nodes.size() == 1) {
      return sendTo(pick(nodes), dispatch);
    }
    AtomicReference<@Nullable NodeId> first = new AtomicReference<>();
    return hedging.call(
        second -> {
          NodeId node = pick(second ? without(first.get(), nodes) : nodes);
          first.set(node);
          return whereItRan(sendTo(node, dispatch));
        });
  }

  /** An answer that says "surely not run" is none as long as another attempt is under way. */
  private static CompletableFuture<Reply> whereItRan(CompletableFuture<Reply> reply) {
    CompletableFuture<Reply> ran =
        reply.thenCompose(
            answer ->
                answer
                    .notExecuted()
                    .filter(RetryPolicy::isRetryable)
                    .map(RefusedElsewhere::new)
                    .map(CompletableFuture::<Reply>failedFuture)
                    .orElseGet(() -> CompletableFuture.completedFuture(answer)));
    var _ =
        ran.whenComplete(
            (_, _) -> {
              if (ran.isCancelled()) {
                reply.cancel(true);
              }
            });
    return ran;
  }

  private static List<NodeId> without(@Nullable NodeId node, List<NodeId> nodes) {
    return nodes.stream().filter(other -> !other.equals(node)).toList();
  }

  private NodeId pick(List<NodeId> nodes) {
    return balancer.pick(nodes, environment.nanoTime()).orElseThrow();
  }

  private CompletableFuture<Reply> sendTo(
      NodeId node, Function<NodeId, CompletableFuture<Reply>> dispatch) {
    Judging judging = new Judging(balancer.begin(node, environment.nanoTime()));
    judging.endAs(dispatch.apply(node));
    return judging;
  }

  /** Ends when it has been judged: who waits may call again at once, and is to find it counted. */
  private final class Judging extends Following<Reply> {
    private final Balancer.Call call;

    Judging(Balancer.Call call) {
      this.call = call;
    }

    @Override
    protected void heard(Reply answer, @Nullable Throwable failure) {
      judge(call, answer, failure);
      super.heard(answer, failure);
    }
  }

  private void judge(Balancer.Call call, @Nullable Reply answer, @Nullable Throwable failure) {
    long now = environment.nanoTime();
    if (answer != null) {
      // One that refuses all it gets answers faster than those that work.
      if (answer.notExecuted().filter(RetryPolicy::isRetryable).isPresent()) {
        call.failed(now);
      } else {
        call.answered(now);
      }
    } else if (failure != null && isOfTheNode(failure)) {
      call.failed(now);
    } else {
      call.ended();
    }
  }

  private static boolean isOfTheNode(Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable reason = failure instanceof CompletionException && cause != null ? cause : failure;
    return reason instanceof OutcomeUnknownException
        || (reason instanceof NotExecutedException refused
            && refused.code() == ErrorCode.NODE_UNAVAILABLE);
  }

  /** What this node may send more than once. */
  RetryBudget repetitions() {
    return budget;
  }

  /** What chooses. */
  Balancer balancer() {
    return balancer;
  }

  /** What makes second attempts. */
  Hedging hedging() {
    return hedging;
  }
}
