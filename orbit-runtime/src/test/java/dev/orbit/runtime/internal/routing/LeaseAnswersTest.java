package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.hosting.HostingContext;
import dev.orbit.runtime.internal.hosting.MemoryWatch;
import dev.orbit.runtime.internal.hosting.Offloading;
import dev.orbit.runtime.internal.hosting.Rebalancing;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.placement.LoadBoard;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeaseAnswersTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final ClusterView NONE = ClusterView.empty("shop", 1);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final ManualLease lease = new ManualLease();
  private final Lives lives = new Lives(environment, NONE);
  private final LeaseAnswers answers = new LeaseAnswers(environment, lives, Duration.ofSeconds(6));

  private Content.Failure ask(String cluster) {
    return (Content.Failure) answers.answer(new Content.LeaseRequest(cluster, ACTOR));
  }

  private void assertRefused(String status, ErrorCode code) {
    assertThat(ask("shop").description()).startsWith(status + ": " + code);
    assertThat(ask("shop").code()).contains(code);
  }

  @Test
  void aNodeThatDoesNotHoldTheActorSaysNotFound() {
    lives.begin(life());

    assertRefused("NOT_FOUND", ErrorCode.NOT_OWNER);
  }

  @Test
  void aNodeWhoseLeaseIsOverSaysFailedPrecondition() {
    lives.begin(life());
    lease.expire();

    assertRefused("FAILED_PRECONDITION", ErrorCode.LEASE_LOST);
  }

  @Test
  void aNodeBetweenTwoLivesSaysFailedPrecondition() {
    assertRefused("FAILED_PRECONDITION", ErrorCode.LEASE_LOST);
  }

  @Test
  void aNodeThatStopsSaysUnavailable() {
    Life life = life();
    lives.begin(life);
    life.endAll();

    assertRefused("UNAVAILABLE", ErrorCode.SHUTTING_DOWN);
  }

  @Test
  void actorsOfAnotherClusterAreNoneOfItsBusiness() {
    lives.begin(life());

    assertThat(ask("another").code()).contains(ErrorCode.WRONG_CLUSTER);
  }

  private Life life() {
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
            new HostingContext.Limits(10, 10, 10, MINUTE, MINUTE, MemoryWatch.NONE),
            Telemetry.OFF,
            Optional.empty(),
            probe -> {},
            new Offloading(environment),
            _ -> {}),
        new Life.Directing(
            NONE,
            (call, partition) -> Optional.of(self),
            new LoadBoard(
                environment::nanoTime,
                self,
                () -> {
                  throw new IllegalStateException("nobody is placed here");
                },
                member -> CompletableFuture.failedFuture(new IllegalStateException("alone"))),
            (to, version, content, question) -> question.failed(),
            10,
            Optional.empty(),
            new Rebalancing.Pacing(0, MINUTE)));
  }
}
