package dev.orbit.runtime.internal.simulated;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.env.Environment;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.runtime.internal.directory.Courier;
import dev.orbit.runtime.internal.hosting.HostingContext;
import dev.orbit.runtime.internal.hosting.MemoryWatch;
import dev.orbit.runtime.internal.hosting.Offloading;
import dev.orbit.runtime.internal.hosting.Rebalancing;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.placement.LoadBoard;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Makes lives of a node of the cluster {@code shop}, which has one partition. */
public final class LoneLife {
  /** How many calls may wait for an actor. */
  public static final int MAILBOX = 10;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private LoneLife() {}

  /** A life that hosts what it is called for, and whose actors call nobody. */
  public static Life of(Environment environment, NodeLease lease, Courier courier) {
    MemberId self = lease.member();
    return new Life(
        new HostingContext(
            environment,
            lease,
            new MemoryStateStore(),
            new JsonCodec(
                (contract, key) -> {
                  throw new IllegalStateException("no references here");
                }),
            new ReferenceFactory(
                environment,
                invocation ->
                    CompletableFuture.failedFuture(new IllegalStateException("not called")),
                new CallOptions(MINUTE)),
            new HostingContext.Limits(MAILBOX, 10, 10, MINUTE, MINUTE, MemoryWatch.NONE),
            Telemetry.OFF,
            Optional.empty(),
            probe -> {},
            new Offloading(environment),
            _ -> {}),
        new Life.Directing(
            ClusterView.empty("shop", 1),
            (call, partition) -> Optional.of(self),
            new LoadBoard(
                environment::nanoTime,
                self,
                () -> {
                  throw new IllegalStateException("nobody is placed here");
                },
                member -> CompletableFuture.failedFuture(new IllegalStateException("alone")),
                environment.virtualThreads()),
            courier,
            10,
            Optional.empty(),
            new Rebalancing.Pacing(0, MINUTE)));
  }
}
