package dev.orbit.runtime.internal.node;

import dev.orbit.runtime.inspect.SenderStatistics;
import dev.orbit.runtime.internal.node.NodeProcess.Observation;
import dev.orbit.runtime.internal.routing.Routing;
import dev.orbit.transport.limits.CallLimiter;
import dev.orbit.transport.telemetry.OrbitMetric;
import dev.orbit.transport.telemetry.Telemetry;
import dev.orbit.transport.telemetry.TransportMetrics;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.function.LongSupplier;

/** What is read of a node when somebody collects its metrics. */
final class NodeMetrics {
  private static final AttributeKey<String> TYPE = AttributeKey.stringKey("orbit.actor.type");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("orbit.outcome");

  private static final AttributeKey<String> WAY = AttributeKey.stringKey("orbit.way");

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
    gauge(machinery, OrbitMetric.DETOURS, machinery.routing()::detours);
    gauge(machinery, OrbitMetric.PARTITIONS_OWNED, () -> node.observe().partitionsOwned());
    gauge(machinery, OrbitMetric.PARTITIONS_SERVED, () -> node.observe().partitionsServed());
    gauge(machinery, OrbitMetric.CALLS_UNDER_WAY, machinery.routing()::underWay);
    gauge(machinery, OrbitMetric.LONG_TURNS, machinery.routing()::longTurns);
    gauge(machinery, OrbitMetric.ONE_WAY_LOST, machinery.routing()::oneWayLost);
    gauge(machinery, OrbitMetric.WAITING_FOR_ROOM, machinery.routing()::waitingForRoom);
    gauge(machinery, OrbitMetric.ACCESS_REFUSED, machinery.admission()::refusals);
    TransportMetrics.observe(machinery.transport(), telemetry).forEach(machinery::closeWithNode);
    gauge(machinery, OrbitMetric.HEDGED, machinery.routing()::hedged);
    gauge(machinery, OrbitMetric.EJECTIONS, machinery.routing()::ejections);
    observeCalls(machinery, telemetry);
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.ACTIVATIONS,
            activations -> {
              Observation seen = node.observe();
              seen.activations()
                  .forEach((type, count) -> activations.record(count, Attributes.of(TYPE, type)));
            }));
  }

  private static void observeCalls(Machinery machinery, Telemetry telemetry) {
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.RETRIES,
            retries -> {
              retries.record(machinery.routing().retries(), Attributes.of(OUTCOME, "repeated"));
              retries.record(
                  machinery.routing().retriesRefused(), Attributes.of(OUTCOME, "refused"));
              retries.record(
                  machinery.routing().retriesPostponed(), Attributes.of(OUTCOME, "postponed"));
            }));
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.CALLS_SENT,
            calls -> {
              SenderStatistics sent = machinery.routing().sent();
              calls.record(sent.here(), Attributes.of(WAY, "here"));
              calls.record(sent.elsewhere(), Attributes.of(WAY, "elsewhere"));
              calls.record(sent.groupMessages(), Attributes.of(WAY, "group"));
            }));
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.ROOM_CALLS,
            calls -> {
              Routing routing = machinery.routing();
              calls.record(routing.waitedForRoom(), Attributes.of(OUTCOME, "waited"));
              calls.record(routing.heldBack(), Attributes.of(OUTCOME, "sent_back"));
              calls.record(routing.roomRefused(), Attributes.of(OUTCOME, "refused"));
            }));
    CallLimiter limiter = machinery.admission().limiter();
    machinery.closeWithNode(
        telemetry.observe(
            OrbitMetric.LIMITER_CALLS,
            calls -> {
              calls.record(limiter.admitted(), Attributes.of(OUTCOME, "admitted"));
              calls.record(limiter.rejected(), Attributes.of(OUTCOME, "rejected"));
            }));
  }

  private static void gauge(Machinery machinery, OrbitMetric metric, LongSupplier value) {
    machinery.closeWithNode(
        machinery.telemetry().observe(metric, reading -> reading.record(value.getAsLong())));
  }
}
