package dev.orbit.client.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.client.fixture.TurnOfContext;
import dev.orbit.proto.CallLink;
import dev.orbit.proto.CallScope;
import dev.orbit.proto.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallContextTest {
  private static final CallLink ORDER =
      new CallLink(new AddressableReference("Order", Key.of(7)), "pay", 1);
  private static final CallLink CART =
      new CallLink(new AddressableReference("Cart", Key.of(3)), "total", 2);

  /** The clock is about to wrap around, which deadlines must not mind. */
  private static final long NOW = Long.parseLong("7fffffffffffff00", 16);

  @Test
  void isAbsentOutsideTurns() {
    assertThat(CallContext.current()).isEmpty();
  }

  @Test
  void isPresentWhileATurnRunsAndGoneAfterwards() throws Exception {
    CallContext context = CallContext.root(NOW, Duration.ofSeconds(1)).within(ORDER);

    Optional<CallContext> inside =
        CurrentTurn.call(new TurnOfContext(context), CallContext::current);

    assertThat(inside).contains(context);
    assertThat(CallContext.current()).isEmpty();
  }

  @Test
  void givesTheEarlierDeadlineAndTheChainToCallsMadeWithin() {
    CallContext turn = CallContext.root(NOW, Duration.ofSeconds(1)).within(ORDER).within(CART);

    CallContext longer = turn.nested(NOW + 500, Duration.ofSeconds(30), 3);
    CallContext shorter = turn.nested(NOW + 500, Duration.ofMillis(3), 4);

    assertThat(longer.deadlineNanos()).isEqualTo(turn.deadlineNanos());
    assertThat(longer.chain()).containsExactly(ORDER, CART);
    assertThat(shorter.remainingNanos(NOW + 500)).isEqualTo(3_000_000);
  }

  @Test
  void expiresAtItsDeadline() {
    CallContext context = CallContext.root(NOW, Duration.ofNanos(2_000));

    assertThat(context.isExpired(NOW + 1_999)).isFalse();
    assertThat(context.isExpired(NOW + 2_000)).isTrue();
  }

  @Test
  void keepsDeadlineChainAndTraceOverTheWire() {
    Map<String, String> trace = Map.of("traceparent", "00-1-2-01");
    CallContext sent =
        new CallContext(
            NOW + 5_000_000,
            new CallScope(9, List.of(ORDER), Map.of("tenant", "x")),
            trace,
            "spiffe://a/b");

    Headers headers = sent.headers(NOW + 1_000_000);
    CallContext received = CallContext.received(headers, 77, Duration.ofSeconds(30));

    assertThat(headers.remainingMicros()).isEqualTo(4_000);
    // A twentieth earlier, so that the sender still waits when it is told.
    assertThat(received.remainingNanos(77)).isEqualTo(3_800_000);
    assertThat(received.chain()).containsExactly(ORDER);
    assertThat(received.callId()).isEqualTo(9);
    assertThat(received.call().baggage()).containsExactly(Map.entry("tenant", "x"));
    assertThat(received.trace()).isEqualTo(trace);
    assertThat(received.principal()).isEqualTo("spiffe://a/b");
  }

  @Test
  void neverSaysOnTheWireThatThereIsNoDeadline() {
    CallContext context = CallContext.root(NOW, Duration.ofNanos(1));

    assertThat(context.headers(NOW + 10_000_000).remainingMicros()).isEqualTo(1);
  }

  @Test
  void setsTheGivenDeadlineForASenderWithoutOne() {
    CallContext received = CallContext.received(Headers.NONE, 5, Duration.ofSeconds(30));

    assertThat(received.remainingNanos(5)).isEqualTo(30_000_000_000L);
  }

  @Test
  void boundsAbsurdDeadlinesOfSenders() {
    Headers absurd = Headers.NONE.withRemainingMicros(Long.MAX_VALUE);

    CallContext received = CallContext.received(absurd, NOW, Duration.ofSeconds(30));

    assertThat(received.isExpired(NOW)).isFalse();
    assertThat(received.nested(NOW, Duration.ofSeconds(1), 3).remainingNanos(NOW))
        .isEqualTo(1_000_000_000);
  }

  @Test
  void refusesTimeoutsOutOfRange() {
    assertThatThrownBy(() -> new CallOptions(Duration.ZERO))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("call.timeout is PT0S; allowed is more than zero");
    assertThatThrownBy(() -> new CallOptions(Duration.ofDays(2)))
        .isInstanceOf(ConfigurationException.class);
  }
}
