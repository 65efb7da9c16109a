package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LostCallsTest {
  private final ManualEnvironment environment = new ManualEnvironment();
  private final LostCalls lost = new LostCalls(environment);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(LostCalls.class);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  private List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void aCallThatStandsInAQueueIsAcceptedAndCountedWhenItDoesNotRun() {
    CompletableFuture<String> outcome = new CompletableFuture<>();

    CompletableFuture<String> told = lost.accepted("a.b", outcome, "accepted", String::strip);
    outcome.complete("  turned away ");

    assertThat(told.join()).isEqualTo("accepted");
    assertThat(lost.count()).isEqualTo(1);
    assertThat(lines()).containsExactly("event=one-way-lost call=a.b reason=turned away others=0");
  }

  @Test
  void oneThatRanIsNotLost() {
    CompletableFuture<String> outcome = new CompletableFuture<>();

    var _ = lost.accepted("a.b", outcome, "accepted", ran -> null);
    outcome.complete("ran");

    assertThat(lost.count()).isZero();
  }

  @Test
  void oneThatFailsAtOnceIsToldToItsCallerAndNotCounted() {
    CompletableFuture<String> failed = CompletableFuture.failedFuture(new IllegalStateException());

    CompletableFuture<String> told = lost.accepted("a.b", failed, "accepted", ran -> null);

    assertThat(told).isCompletedExceptionally();
    assertThat(lost.count()).isZero();
  }

  @Test
  void allAreCountedAndOneASecondIsLogged() {
    for (int i = 0; i < 100; i++) {
      lost.lost("a.b", "full");
    }
    environment.advance(Duration.ofSeconds(1));
    lost.lost("a.c", "full");

    assertThat(lost.count()).isEqualTo(101);
    assertThat(lines())
        .containsExactly(
            "event=one-way-lost call=a.b reason=full others=0",
            "event=one-way-lost call=a.c reason=full others=99");
  }
}
