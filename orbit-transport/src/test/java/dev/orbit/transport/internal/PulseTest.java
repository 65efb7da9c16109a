package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.proto.MessageEncoder;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.limits.BreakerConfig;
import dev.orbit.transport.limits.CircuitBreaker.State;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PulseTest {
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Content CALL =
      new Content.InvocationRequest(
          new AddressableReference("T", Key.of("k")),
          "m",
          "",
          Content.InvocationReason.INVOCATION,
          false);

  private final FakeEnvironment environment = new FakeEnvironment();
  private final Counters counters = new Counters();
  private final NettyIo io =
      new NettyIo(TransportConfig.DEFAULT, Runnable::run, null, counters, environment::nanoTime);
  private boolean answers;
  private int asked;
  private final Pulse pulse = pulse(SILENCE);

  private Pulse pulse(Duration silence) {
    Pulse[] made = new Pulse[1];
    made[0] =
        new Pulse(
            shared(
                TransportConfig.builder()
                    .maxSilence(silence)
                    .breaker(new BreakerConfig(5, 0.6, PAUSE, 2))
                    .build()),
            new NodeId("b", "test"),
            () -> {
              asked++;
              if (answers) {
                made[0].heard();
              }
            });
    return made[0];
  }

  private Shared shared(TransportConfig config) {
    return new Shared(
        environment,
        config,
        NodeIdentity.client("test"),
        node -> Optional.empty(),
        io,
        FrameMarshaller.openStream(),
        new MessageEncoder(null),
        counters,
        new Generations(environment.random()));
  }

  @AfterEach
  void close() {
    io.close();
  }

  private void missed(int requests) {
    for (int i = 0; i < requests; i++) {
      pulse.missed();
    }
  }

  private void open() {
    missed(5);
    environment.advance(SILENCE);
    assertThat(pulse.state()).isEqualTo(State.OPEN);
  }

  @Test
  void refusesCallersOfAPeerThatMissesDeadlinesAndSaysNothingWhenItIsAsked() {
    missed(5);
    boolean atOnce = pulse.admits(CALL);
    environment.advance(SILENCE);

    assertThat(atOnce).isTrue();
    assertThat(asked).isEqualTo(1);
    assertThat(pulse.admits(CALL)).isFalse();
    assertThat(pulse.pause()).isEqualTo(PAUSE);
    assertThat(pulse.opened()).isEqualTo(1);
    assertThat(pulse.refused()).isEqualTo(1);
    assertThat(counters.read().breakersOpened()).isEqualTo(1);
    assertThat(counters.read().breakerRefused()).isEqualTo(1);
    assertThat(pulse.admits(new Content.InfoRequest())).isTrue();
  }

  @Test
  void neverRefusesForTheSlownessOfAnActorAlone() {
    answers = true;
    for (int round = 0; round < 20; round++) {
      missed(100);
      environment.advance(SILENCE);
    }

    assertThat(pulse.admits(CALL)).isTrue();
    assertThat(pulse.opened()).isZero();
    assertThat(asked).isEqualTo(20);
  }

  @Test
  void oneMissedDeadlineIsNotEnough() {
    missed(1);
    environment.advance(SILENCE);

    assertThat(pulse.admits(CALL)).isTrue();
    assertThat(pulse.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void asksAgainAfterThePauseAndAdmitsAllOnceThePeerHasAnswered() {
    open();
    environment.advance(PAUSE);
    answers = true;

    boolean trial = pulse.admits(CALL);
    State onTrial = pulse.state();
    pulse.heard();

    assertThat(trial).isTrue();
    assertThat(onTrial).isEqualTo(State.HALF_OPEN);
    assertThat(asked).isEqualTo(2);
    assertThat(pulse.state()).isEqualTo(State.CLOSED);
    environment.advance(SILENCE);
    assertThat(pulse.admits(CALL)).isTrue();
  }

  @Test
  void aTrialThatIsMetWithSilenceOpensItAgain() {
    open();
    environment.advance(PAUSE);

    boolean trial = pulse.admits(CALL);
    environment.advance(SILENCE);

    assertThat(trial).isTrue();
    assertThat(pulse.admits(CALL)).isFalse();
    assertThat(pulse.opened()).isEqualTo(2);
  }

  @Test
  void aNewConnectionBeginsClosed() {
    open();

    pulse.renewed();

    assertThat(pulse.admits(CALL)).isTrue();
    assertThat(pulse.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void isOffWhereSilenceHasNoLimit() {
    Pulse off = pulse(Duration.ZERO);
    for (int i = 0; i < 1000; i++) {
      off.missed();
    }
    environment.advance(Duration.ofMinutes(1));

    assertThat(asked).isZero();
    assertThat(off.admits(CALL)).isTrue();
  }
}
