package dev.orbit.runtime.internal.node;

import dev.orbit.runtime.internal.node.NodeProcess.Observation;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportCounts;
import dev.orbit.transport.limits.CallLimiter;
import dev.orbit.transport.limits.CircuitBreaker;
import dev.orbit.transport.telemetry.OrbitMetric;
import dev.orbit.transport.telemetry.Telemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** What is read of a node when somebody collects its metrics. */
final class NodeMetrics {
  private static final AttributeKey<String> TYPE = AttributeKey.stringKey("orbit.actor.type");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("orbit.outcome");

  private static final AttributeKey<String> CONNECTION_STATE =
      AttributeKey.stringKey("orbit.connection.state");

  private static final AttributeKey<String> DIRECTION = AttributeKey.stringKey("orbit.direction");
  private static final AttributeKey<String> FORM = AttributeKey.stringKey("orbit.form");

  private NodeMetrics() {}

  /** Makes the node's gauges, until it is closed. */
  static void observe(NodeProcess node, Machinery machinery) {
    Telemetry telemetry = machinery.telemetry();
    if (!telemetry.isOn()) {
      return;
    }
    gauge(machinery, OrbitMetric.MEMBERS, () -> node.view().members().size());
    gauge(machinery, OrbitMetric.VIEW, () -> node.view().version());
    gauge(machinery, OrbitMetric.LEASE_HELD, () -> node.lease().isHeld() ? 1 : 0);
    gauge(machinery, OrbitMetric.READY, () -> node.isReady() ? 1 : 0);
    gauge(machinery, OrbitMetric.SUSPECTS, () -> machinery.peers().suspects().size());
    gauge(machinery, OrbitMetric.PARTITIONS_OWNED, () -> node.observe().partitionsOwned());
    gauge(machinery, OrbitMetric.PARTITIONS_SERVED, () -> node.observe().partitionsServed());
    gauge(machinery, OrbitMetric.CALLS_UNDER_WAY, machinery.routing()::underWay);
    gauge(machinery, OrbitMetric.ONE_WAY_LOST, machinery.routing()::oneWayLost);
    gauge(machinery, OrbitMetric.ACCESS_REFUSED, machinery.admission()::refusals);
    connections(machinery);
    compression(machinery);
    CallLimiter limiter = machinery.admission().limiter();
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.LIMITER_CALLS,
            calls -> {
              calls.record(limiter.admitted(), Attributes.of(OUTCOME, "admitted"));
              calls.record(limiter.rejected(), Attributes.of(OUTCOME, "rejected"));
            }));
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.ACTIVATIONS,
            activations -> {
              Observation seen = node.observe();
              seen.activations()
                  .forEach((type, count) -> activations.record(count, Attributes.of(TYPE, type)));
            }));
  }

  private static void connections(Machinery machinery) {
    Transport transport = machinery.transport();
    machinery.closeWithNode(
        machinery
            .telemetry()
            .observe(
                OrbitMetric.CONNECTIONS,
                connections -> {
                  List<PeerStatus> peers = transport.peers();
                  for (PeerStatus.State state : PeerStatus.State.values()) {
                    connections.record(
                        peers.stream().filter(peer -> peer.state() == state).count(),
                        Attributes.of(CONNECTION_STATE, state.name().toLowerCase(Locale.ROOT)));
                  }
                }));
    gauge(
        machinery,
        OrbitMetric.BREAKERS_OPEN,
        () ->
            transport.peers().stream()
                .filter(peer -> peer.breaker() != CircuitBreaker.State.CLOSED)
                .count());
    gauge(machinery, OrbitMetric.BREAKERS_OPENED, () -> transport.counts().breakersOpened());
    gauge(machinery, OrbitMetric.BREAKER_REFUSED, () -> transport.counts().breakerRefused());
  }

  private static void compression(Machinery machinery) {
    Transport transport = machinery.transport();
    Telemetry telemetry = machinery.telemetry();
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.COMPRESSION_BYTES,
            bytes -> {
              TransportCounts counts = transport.counts();
              bytes.record(
                  counts.out().plainBytes(), Attributes.of(DIRECTION, "out", FORM, "plain"));
              bytes.record(counts.out().wireBytes(), Attributes.of(DIRECTION, "out", FORM, "wire"));
              bytes.record(counts.in().plainBytes(), Attributes.of(DIRECTION, "in", FORM, "plain"));
              bytes.record(counts.in().wireBytes(), Attributes.of(DIRECTION, "in", FORM, "wire"));
            }));
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.COMPRESSION_FRAMES,
            frames -> {
              TransportCounts.Compression out = transport.counts().out();
              frames.record(out.frames(), Attributes.of(OUTCOME, "compressed"));
              frames.record(out.useless(), Attributes.of(OUTCOME, "useless"));
              frames.record(out.skipped(), Attributes.of(OUTCOME, "skipped"));
            }));
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.COMPRESSION_TIME,
            time -> {
              TransportCounts counts = transport.counts();
              time.record(counts.out().time().toNanos() / 1000, Attributes.of(DIRECTION, "out"));
              time.record(counts.in().time().toNanos() / 1000, Attributes.of(DIRECTION, "in"));
            }));
  }

  private static void gauge(Machinery machinery, OrbitMetric metric, LongSupplier value) {
    machinery.closeWithNode(
        machinery.telemetry().observe(metric, reading -> reading.record(value.getAsLong())));
  }
}
