package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.NodeId;
import dev.orbit.client.internal.call.Hedging;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.spi.ActorDependencies;
import dev.orbit.transport.balancing.Balancing;
import java.time.Duration;
import java.util.List;

/** The routes of one node as it is made of them, over a recorded transport. */
record TestRoutes(Codecs codecs, Detours detours, Router router) {
  private static final Duration LONG_TURN = Duration.ofSeconds(1);

  /**
   * Those of a node.
   *
   * @param implementations of the actors it may host
   */
  static TestRoutes of(
      ManualEnvironment environment,
      NodeId self,
      Lives lives,
      RecordedTransport transport,
      WaitingRoom room,
      Class<?>... implementations) {
    Codecs codecs = noReferences();
    LocalHost local = localHost(environment, self, codecs, implementations);
    Detours detours = new Detours(environment, self, lives::newest, transport, _ -> false);
    WorkerRoute workers =
        new WorkerRoute(environment, Balancing.RANDOM, transport.repetitions(), Hedging.OFF);
    Router router =
        new Router(environment, self, lives, detours, new Router.Stations(local, workers, room));
    return new TestRoutes(codecs, detours, router);
  }

  /** Where its own actors are called. */
  static LocalHost localHost(
      ManualEnvironment environment, NodeId self, Codecs codecs, Class<?>... implementations) {
    return new LocalHost(
        environment,
        self.key(),
        Registrations.read(List.of(implementations), ActorDependencies.NONE),
        codecs,
        LONG_TURN);
  }

  /** Codecs of calls without references among their arguments. */
  static Codecs noReferences() {
    return new Codecs(
        (contract, key) -> {
          throw new IllegalStateException("no references here");
        },
        List.of());
  }
}
