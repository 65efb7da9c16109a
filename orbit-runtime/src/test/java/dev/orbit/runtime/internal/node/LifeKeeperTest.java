package dev.orbit.runtime.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.raft.membership.Membership;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.simulated.LoneLife;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.Transport;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LifeKeeperTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Endpoint HERE = new Endpoint("127.0.0.1", 1);
  private static final ClusterView NONE = ClusterView.empty("shop", 1);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final ManualLease lease = new ManualLease();
  private final Lives lives = new Lives(environment, NONE);
  private final List<String> events = new CopyOnWriteArrayList<>();
  private Runnable duringAnAnnouncement = () -> {};
  private final LifeKeeper keeper = joined();

  /** Else a node that leaves says that it drains, and after that that it is active. */
  @Test
  void whoStopsWaitsForAnAnnouncementThatIsUnderWay() throws InterruptedException {
    Thread stops =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  keeper.stop();
                  events.add("stopped");
                });
    duringAnAnnouncement =
        () -> {
          stops.start();
          while (stops.getState() != Thread.State.BLOCKED && stops.isAlive()) {
            Thread.onSpinWait();
          }
        };

    environment.settle();
    stops.join();

    assertThat(events).containsExactly("announced ACTIVE", "stopped");
  }

  @Test
  void anAnnouncementThatFailedIsNotMadeAgainOnceItIsStopped() {
    duringAnAnnouncement =
        () -> {
          events.add("tried");
          throw new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "no leader");
        };
    environment.settle();
    duringAnAnnouncement = () -> {};

    keeper.stop();
    environment.advance(Duration.ofSeconds(10));

    assertThat(events).containsExactly("tried");
  }

  /** It is in the view, alone, so that it announces itself as soon as it may. */
  private LifeKeeper joined() {
    Member self = new Member(lease.member(), HERE, NodeCapabilities.NONE, NodeStatus.JOINING);
    lives.apply(new ClusterView(1, "shop", List.of(self), PartitionTable.unowned(1)));
    Transport unused =
        (Transport)
            Proxy.newProxyInstance(
                Transport.class.getClassLoader(),
                new Class<?>[] {Transport.class},
                (_, method, _) -> {
                  throw new AssertionError("nobody is called here: " + method);
                });
    return LifeKeeper.join(
        environment,
        membership(),
        new LifeKeeper.Stage(
            lives,
            new ViewFeed(environment, lease.member().node(), lives, unused, NONE, false),
            new HealthBoard(),
            new Greetings(environment, (to, version, content, question) -> question.failed())),
        new LifeKeeper.Making(HERE, NodeCapabilities.NONE, this::life),
        MINUTE);
  }

  private Membership membership() {
    return new Membership() {
      @Override
      public NodeLease join(
          Endpoint endpoint, NodeCapabilities capabilities, NodeStatus as, Duration bound) {
        return lease;
      }

      @Override
      public void announce(NodeStatus status, Duration bound) {
        duringAnAnnouncement.run();
        events.add("announced " + status);
      }

      @Override
      public ClusterView view() {
        return lives.newest();
      }

      @Override
      public Cancellable onView(Consumer<ClusterView> listener) {
        throw new AssertionError("views come from the test");
      }

      @Override
      public void leave(Duration bound) {
        throw new AssertionError("nobody leaves here");
      }

      @Override
      public void close() {}
    };
  }

  private Life life(NodeLease held) {
    return LoneLife.of(environment, held, (to, version, content, question) -> question.failed());
  }
}
