package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.simulated.LoneLife;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseAnswersTest {
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
    return LoneLife.of(environment, lease, (to, version, content, question) -> question.failed());
  }
}
