package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Lifecycle;
import dev.orbit.transport.telemetry.OrbitMetric;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Turns that run for longer than the threshold are told by a line with their stack and counted. */
class LongTurnsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Logger LOG =
      (Logger) LoggerFactory.getLogger("dev.orbit.runtime.internal.routing.CallWatch");

  private final Lines lines = new Lines();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private OrbitNode node;

  /** What is logged, to be read while more of it comes. */
  private static final class Lines extends ch.qos.logback.core.AppenderBase<ILoggingEvent> {
    private final ConcurrentLinkedQueue<String> all = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      all.add(event.getFormattedMessage());
    }
  }

  /** Takes its time wherever a test wants it to. */
  @ActorType("test.Sluggard")
  interface Sluggard extends ActorWithStringKey {
    void dawdle(String gate);

    void dawdleLater(String gate);

    /** Whatever its caller says. */
    void dawdleOn(String gate);
  }

  static final class SluggardActor implements Sluggard, Lifecycle {
    private final ActorContext context;

    SluggardActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public void onActivate() {
      if (context.address().key().toString().equals("lies abed")) {
        Desks.pass("lies abed");
      }
    }

    @Override
    public void dawdle(String gate) {
      Desks.pass(gate);
    }

    @Override
    public void dawdleOn(String gate) {
      Desks.write("dawdles at " + gate);
      try {
        Desks.pass(gate);
      } catch (IllegalStateException e) {
        boolean _ = Thread.interrupted();
        Desks.pass(gate);
      }
    }

    @Override
    public void dawdleLater(String gate) {
      context.timers().after(Duration.ZERO, () -> Desks.pass(gate));
    }
  }

  @BeforeEach
  void start() {
    lines.start();
    LOG.addAppender(lines);
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    node =
        OrbitNode.builder()
            .actors(SluggardActor.class)
            .longTurnThreshold(Duration.ofMillis(600))
            .openTelemetry(sdk)
            .start();
    assertThat(node.awaitReady(SOON)).isTrue();
  }

  @AfterEach
  void stop() {
    node.close();
    LOG.detachAppender(lines);
  }

  private Sluggard sluggard(String key) {
    return node.actors().get(Sluggard.class, key);
  }

  private List<String> linesOf(String turn) {
    return lines.all.stream()
        .filter(line -> line.startsWith("event=long-turn turn=" + turn + " millis="))
        .toList();
  }

  /** Told once, where its thread stands, and counted by what operators see. */
  private void isToldOnce(String turn, String frame) {
    await().atMost(SOON).until(() -> !linesOf(turn).isEmpty());
    await().atMost(SOON).until(() -> counted() == lines.all.size());
    // Two more looks at it.
    await().during(Duration.ofMillis(250)).until(() -> linesOf(turn).size() == 1);
    assertThat(linesOf(turn).getFirst()).contains(frame).contains("Desks.pass");
    assertThat(node.report().longTurns()).isEqualTo(counted());
  }

  private long counted() {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(OrbitMetric.LONG_TURNS.metricName()))
        .flatMap(metric -> metric.getData().getPoints().stream())
        .mapToLong(point -> ((LongPointData) point).getValue())
        .sum();
  }

  @Test
  void theTurnOfACallIs() {
    CompletableFuture<Void> call = node.actors().asyncVoid(sluggard("call"), s -> s.dawdle("call"));

    isToldOnce("test.Sluggard/call.dawdle", "SluggardActor.dawdle");
    Desks.open("call");
    call.join();
  }

  @Test
  void oneThatNobodyWaitsForAnyMoreIs() {
    CompletableFuture<Void> call =
        node.actors().asyncVoid(sluggard("left alone"), s -> s.dawdleOn("left alone"));
    await().atMost(SOON).until(() -> Desks.lines().contains("dawdles at left alone"));

    call.cancel(true);

    isToldOnce("test.Sluggard/left alone.dawdleOn", "SluggardActor.dawdleOn");
    Desks.open("left alone");
  }

  @Test
  void theTurnOfATimerIs() {
    sluggard("timer").dawdleLater("timer");

    isToldOnce("test.Sluggard/timer.~timer", "SluggardActor.lambda");
    Desks.open("timer");
  }

  @Test
  void anActivationIs() {
    CompletableFuture<Void> call =
        node.actors().asyncVoid(sluggard("lies abed"), s -> s.dawdleLater("never"));

    isToldOnce("test.Sluggard/lies abed.onActivate", "SluggardActor.onActivate");
    Desks.open("never");
    Desks.open("lies abed");
    call.join();
  }
}
