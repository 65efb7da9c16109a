package dev.orbit.client.internal.gateway;

import dev.orbit.client.internal.call.Retrying;
import dev.orbit.transport.Transport;
import dev.orbit.transport.telemetry.OrbitMetric;
import dev.orbit.transport.telemetry.Telemetry;
import dev.orbit.transport.telemetry.TransportMetrics;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.ArrayList;
import java.util.List;

/** What is read of a client when somebody collects its metrics. */
public final class GatewayMetrics {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("orbit.outcome");

  private GatewayMetrics() {}

  /**
   * Makes the gauges and counters of a client.
   *
   * @param name tells it from others that measure by the same telemetry
   * @return ends them
   */
  public static List<AutoCloseable> observe(
      GatewayInvoker invoker, Transport transport, Telemetry telemetry, String name) {
    if (!telemetry.isOn()) {
      return List.of();
    }
    List<AutoCloseable> made =
        new ArrayList<>(TransportMetrics.observeClient(transport, telemetry, name));
    Attributes whose = TransportMetrics.ofClient(name);
    Retrying retrying = invoker.retrying();
    made.add(
        telemetry.observe(
            OrbitMetric.RETRIES,
            retries -> {
              retries.record(retrying.repeated(), outcome(whose, "repeated"));
              retries.record(retrying.outOfBudget(), outcome(whose, "refused"));
              retries.record(retrying.postponed(), outcome(whose, "postponed"));
            }));
    made.add(
        telemetry.observe(
            OrbitMetric.HEDGED,
            hedged -> hedged.record(invoker.choice().hedging().hedged(), whose)));
    made.add(
        telemetry.observe(
            OrbitMetric.EJECTIONS,
            ejections -> ejections.record(invoker.choice().ejections(), whose)));
    return made;
  }

  private static Attributes outcome(Attributes whose, String outcome) {
    return whose.toBuilder().put(OUTCOME, outcome).build();
  }
}
