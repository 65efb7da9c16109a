package dev.orbit.runtime.internal.node;

import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Environment;
import dev.orbit.api.filter.CallFilter;
import dev.orbit.api.filter.TurnFilter;
import dev.orbit.api.placement.PlacementStrategy;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.runtime.spi.ActorDependencies;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an application plugs into a node.
 *
 * @param actors the classes to host
 * @param dependencies what their constructors may ask for
 * @param stateStore where state is kept; empty for what the settings say
 * @param environment clock, threads and randomness; empty for the system's
 * @param nodeResolver where nodes listen; empty for what the view says
 * @param voterResolver where voters take Raft traffic; empty for what the settings say
 * @param turnFilters stand around turns, the first outermost
 * @param callFilters stand around calls of this node's references, the first outermost
 * @param strategies choose hosts, besides those that every node knows
 * @param codecs write arguments and results, asked in this order before the built-in ones
 * @param telemetry where metrics and traces go
 */
public record NodeParts(
    List<Class<?>> actors,
    ActorDependencies dependencies,
    Optional<StateStore> stateStore,
    Optional<Environment> environment,
    Optional<NodeResolver> nodeResolver,
    Optional<NodeResolver> voterResolver,
    List<TurnFilter> turnFilters,
    List<CallFilter> callFilters,
    List<PlacementStrategy> strategies,
    List<PayloadCodec> codecs,
    OpenTelemetry telemetry) {
  public NodeParts {
    actors = List.copyOf(actors);
    turnFilters = List.copyOf(turnFilters);
    callFilters = List.copyOf(callFilters);
    strategies = List.copyOf(strategies);
    codecs = List.copyOf(codecs);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects the parts; to be used by one thread. */
  public static final class Builder {
    private final List<Class<?>> actors = new ArrayList<>();
    private ActorDependencies dependencies = ActorDependencies.NONE;
    private @Nullable StateStore stateStore;
    private @Nullable Environment environment;
    private @Nullable NodeResolver nodeResolver;
    private @Nullable NodeResolver voterResolver;
    private OpenTelemetry telemetry = OpenTelemetry.noop();

    private final List<TurnFilter> turnFilters = new ArrayList<>();
    private final List<CallFilter> callFilters = new ArrayList<>();
    private final List<PlacementStrategy> strategies = new ArrayList<>();
    private final List<PayloadCodec> codecs = new ArrayList<>();

    private Builder() {}

    public void turnFilter(TurnFilter filter) {
      turnFilters.add(filter);
    }

    public void callFilter(CallFilter filter) {
      callFilters.add(filter);
    }

    public void placementStrategy(PlacementStrategy strategy) {
      strategies.add(strategy);
    }

    public void codec(PayloadCodec codec) {
      codecs.add(codec);
    }

    public void actors(List<Class<?>> more) {
      actors.addAll(more);
    }

    public void dependencies(ActorDependencies value) {
      dependencies = value;
    }

    public void stateStore(StateStore value) {
      stateStore = value;
    }

    public void environment(Environment value) {
      environment = value;
    }

    public void nodeResolver(NodeResolver value) {
      nodeResolver = value;
    }

    public void voterResolver(NodeResolver value) {
      voterResolver = value;
    }

    public void telemetry(OpenTelemetry value) {
      telemetry = value;
    }

    public NodeParts build() {
      return new NodeParts(
          actors,
          dependencies,
          Optional.ofNullable(stateStore),
          Optional.ofNullable(environment),
          Optional.ofNullable(nodeResolver),
          Optional.ofNullable(voterResolver),
          turnFilters,
          callFilters,
          strategies,
          codecs,
          telemetry);
    }
  }
}
