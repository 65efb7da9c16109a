package dev.orbit.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.fixture.ScriptedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many calls at a node that refuses them all, over real connections. */
class RetryStormIT {
  private static final int CALLS = 3_000;
  private static final Duration TIMEOUT = Duration.ofMillis(1_500);

  /** An actor as clients see it. */
  @ActorType("Account")
  interface Account extends ActorWithStringKey {
    long balance();
  }

  private final ScriptedCluster cluster = new ScriptedCluster(Account.class, call -> 42L);

  @AfterEach
  void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"NOT_OWNER", "NODE_UNAVAILABLE", "OVERLOADED", "RATE_LIMITED"})
  void whatOneEndSendsTwiceStaysATenthOfItsCallsWhateverTheReason(ErrorCode code) {
    Endpoint node = cluster.start("n1");
    cluster.script(
        call -> {
          throw OrbitException.of(code, "not now");
        });
    long began = System.nanoTime();
    List<CompletableFuture<Long>> calls = new ArrayList<>();
    long failed;
    try (OrbitClient client =
        OrbitClient.builder()
            .endpoint(node)
            .timeout(TIMEOUT)
            .transport(ScriptedCluster.QUICK)
            .connect()) {
      for (int i = 0; i < CALLS; i++) {
        calls.add(client.async(client.get(Account.class, "a" + i), Account::balance));
      }
      failed = calls.stream().filter(RetryStormIT::fails).count();
    }

    long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds() + 1;
    // A client has a hundred in reserve, and ten come in a second.
    assertThat(cluster.calls()).hasSizeLessThanOrEqualTo((int) (CALLS * 1.1 + 100 + 10 * seconds));
    assertThat(cluster.calls()).isNotEmpty();
    assertThat(failed).isEqualTo(CALLS);
  }

  private static boolean fails(CompletableFuture<Long> call) {
    try {
      call.join();
      return false;
    } catch (CompletionException e) {
      return e.getCause() instanceof OrbitException;
    }
  }
}
