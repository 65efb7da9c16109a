package dev.orbit.client.internal.gateway;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.client.internal.call.Hedging;
import dev.orbit.transport.balancing.Balancer;
import dev.orbit.transport.balancing.Balancing;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which node each call goes to: the one gateway, or any member as the balancer says. Thread-safe.
 */
public final class GatewayChoice {
  private final Environment environment;
  private final Gateways gateways;
  private final Optional<Balancer> balancer;
  private final Balancer strangers;
  private final Hedging hedging;

  /**
   * A choice.
   *
   * @param budget what may be sent more than once
   * @param balancing how calls are spread over the members; empty to send all through one gateway
   * @param hedgeAfter after how long calls that only read are tried through a second one; zero for
   *     never
   */
  public GatewayChoice(
      Environment environment,
      Gateways gateways,
      RetryBudget budget,
      Optional<Balancing> balancing,
      Duration hedgeAfter) {
    this.environment = environment;
    this.gateways = gateways;
    this.balancer = balancing.map(how -> new Balancer(how, environment.random()));
    this.strangers = new Balancer(Balancing.RANDOM, environment.random());
    this.hedging = new Hedging(environment, budget, hedgeAfter);
  }

  /**
   * The node for one call.
   *
   * @param not where the same call has gone already; null for nowhere
   * @throws dev.orbit.api.error.NotExecutedException with {@code NODE_UNAVAILABLE} if none is known
   */
  NodeId pick(@Nullable NodeId not) {
    NodeId gateway = gateways.current();
    if (balancer.isEmpty() && not == null) {
      return gateway;
    }
    List<NodeId> others =
        gateways.members().stream().filter(member -> !member.equals(not)).toList();
    return balancer.orElse(strangers).pick(others, environment.nanoTime()).orElse(gateway);
  }

  /** A call goes there now. */
  Passage begin(NodeId node) {
    return new Passage(balancer.map(known -> known.begin(node, environment.nanoTime())));
  }

  /** One call through one node. Exactly one of its ends is told. */
  final class Passage {
    private final Optional<Balancer.Call> call;

    private Passage(Optional<Balancer.Call> call) {
      this.call = call;
    }

    /** The node has answered for the cluster. */
    void answered() {
      call.ifPresent(known -> known.answered(environment.nanoTime()));
    }

    /** The node was not there, was lost, or did not let the call into the cluster. */
    void failed() {
      call.ifPresent(known -> known.failed(environment.nanoTime()));
    }

    /** That says nothing of the node. */
    void ended() {
      call.ifPresent(Balancer.Call::ended);
    }
  }

  /** How often a member was passed over because it failed what others do not. */
  long ejections() {
    return balancer.map(Balancer::ejections).orElse(0L);
  }

  Gateways gateways() {
    return gateways;
  }

  Hedging hedging() {
    return hedging;
  }
}
