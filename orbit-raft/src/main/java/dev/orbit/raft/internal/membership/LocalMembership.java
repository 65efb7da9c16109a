package dev.orbit.raft.internal.membership;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.membership.Membership;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** The blocking face of a {@link MembershipAgent}. Thread-safe. */
public final class LocalMembership implements Membership {
  private final Environment environment;
  private final MembershipAgent agent;
  private final ViewLog views;

  /** The face of {@code agent}. */
  public LocalMembership(Environment environment, MembershipAgent agent, ViewLog views) {
    this.environment = environment;
    this.agent = agent;
    this.views = views;
  }

  @Override
  public NodeLease join(
      Endpoint endpoint, NodeCapabilities capabilities, NodeStatus as, Duration bound) {
    return await(agent.join(endpoint, capabilities, as, bound));
  }

  @Override
  public ClusterView view() {
    return views.newest();
  }

  @Override
  public Cancellable onView(Consumer<ClusterView> listener) {
    return new ViewFollower(
        environment, views, listener, () -> agent.lose("a listener fell too many views behind"));
  }

  @Override
  public void announce(NodeStatus status, Duration bound) {
    await(agent.announce(status, bound));
  }

  @Override
  public void leave(Duration bound) {
    await(agent.leave(bound));
  }

  @Override
  public void close() {
    agent.close();
  }

  private static <T> T await(CompletableFuture<T> result) {
    try {
      return result.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw rethrown(cause == null ? e : cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutcomeUnknownException(
          ErrorCode.CONNECTION_LOST, "the calling thread was interrupted while it waited", e);
    }
  }

  /**
   * The same kind of exception with the trace of the caller, since the cause's is that of a queue.
   */
  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof OrbitException orbit) {
      return OrbitException.of(orbit.code(), orbit.description(), orbit);
    }
    return cause instanceof IllegalStateException state
        ? new IllegalStateException(state.getMessage(), state)
        : new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, String.valueOf(cause), cause);
  }
}
