package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.OrbitClient;
import dev.orbit.transport.limits.CallLimits;
import dev.orbit.transport.limits.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Limits for clients, over a real connection. */
class LimitedCallsIT {
  @Test
  void aClientIsHeldToItsRateAndTheNodeIsNot() {
    try (OrbitNode node =
            OrbitNode.builder().actors(CartActor.class).limitPerClient(new Rate(0.01, 3)).start();
        OrbitClient client =
            OrbitClient.builder()
                .endpoint(node.endpoint())
                .timeout(Duration.ofSeconds(2))
                .connect()) {
      Cart cart = client.get(Cart.class, "a");
      cart.add(new Cart.Line("x", 1));
      cart.add(new Cart.Line("x", 1));
      cart.add(new Cart.Line("x", 1));

      Throwable refused = catchThrowable(() -> cart.add(new Cart.Line("x", 1)));

      assertThat(refused).isInstanceOf(NotExecutedException.class);
      assertThat(((NotExecutedException) refused).code()).isEqualTo(ErrorCode.RATE_LIMITED);
      assertThat(refused).hasMessageContaining("limit-per-client");
      for (int i = 0; i < 10; i++) {
        node.actors().get(Cart.class, "a").add(new Cart.Line("y", 1));
      }

      node.changeLimits(CallLimits.NONE);

      for (int i = 0; i < 10; i++) {
        cart.add(new Cart.Line("z", 1));
      }
    }
  }
}
